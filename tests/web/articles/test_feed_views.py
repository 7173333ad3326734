from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tests.support.article_factories import SAMPLE, published, short_text

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

ATOM = "{http://www.w3.org/2005/Atom}"
PAYLOAD = "</script><script>alert(1)</script>"


def test_the_feed_holds_the_newest_articles_first_with_absolute_addresses(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    published(database, SAMPLE, now=clock.now())
    clock.advance(timedelta(hours=1))
    newest = published(database, short_text(title="Is <b>it</b> so & why?"), now=clock.now())
    answer = client.get("/feed.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.data)  # noqa: S314 - our own feed, made by this very test
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 2
    assert entries[0].findtext(f"{ATOM}title") == "Is <b>it</b> so & why?"
    assert str(entries[0].findtext(f"{ATOM}id")).startswith("urn:uuid:")
    assert entries[0].findtext(f"{ATOM}updated") == "2026-11-24T13:00:00+00:00"
    links = [link.get("href") for link in root.iter(f"{ATOM}link")]
    assert f"http://localhost/fact-checks/{newest.slug}" in links
    assert all(str(link).startswith("http://localhost/") for link in links)


def test_a_summary_in_the_feed_is_escaped_html(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    published(database, short_text(summary=f"{PAYLOAD} [1].\nMore [2]."), now=clock.now())
    root = ET.fromstring(client.get("/feed.atom").data)  # noqa: S314 - our own feed, made by this very test
    summary = root.findtext(f"{ATOM}entry/{ATOM}summary")
    assert summary is not None
    assert summary.startswith("<p>&lt;/script&gt;")
    assert summary.endswith("</p><p>More.</p>")


def test_the_feed_answers_304_until_something_is_published(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    etag = client.get("/feed.atom").headers["ETag"]
    assert client.get("/feed.atom", headers={"If-None-Match": etag}).status_code == 304
    published(database, SAMPLE, now=clock.now())
    assert client.get("/feed.atom", headers={"If-None-Match": etag}).status_code == 200
