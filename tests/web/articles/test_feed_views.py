from __future__ import annotations

import json
import re
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from werkzeug.test import EnvironBuilder, run_wsgi_app

from factually.articles import feed_views
from factually.articles.sitemaps import list_files
from tests.support.article_factories import SAMPLE, published, short_text
from tests.support.many_articles import add_many_articles

if TYPE_CHECKING:
    import pytest
    from flask import Flask
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


def test_the_json_feed_holds_the_same_list_and_names_each_revision(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    assert json.loads(client.get("/feed.json").data)["items"] == []
    published(database, SAMPLE, now=clock.now())
    clock.advance(timedelta(hours=1))
    newest = published(
        database, short_text(title="Is <b>it</b> so?", summary=f"{PAYLOAD} [1]."), now=clock.now()
    )
    answer = client.get("/feed.json")
    assert answer.content_type == "application/feed+json"
    feed = json.loads(answer.data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://localhost/feed.json"
    assert len(feed["items"]) == 2
    item = feed["items"][0]
    address = f"http://localhost/fact-checks/{newest.slug}"
    assert item["id"].startswith("urn:uuid:")
    assert item["title"] == "Is <b>it</b> so?"
    assert item["content_html"] == "<p>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;.</p>"
    assert (item["url"], item["date_published"]) == (address, "2026-11-24T13:00:00+00:00")
    assert item["_revision"] == {
        "about": f"{address}/history",
        "sha256": newest.sha256,
        "url": f"{address}@{newest.sha256}",
    }
    assert client.get(item["_revision"]["url"]).status_code == 200
    again = client.get("/feed.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_pages_and_robots_lead_to_feeds_and_sitemaps(client: FlaskClient) -> None:
    assert (
        'type="application/feed+json" title="Factually: fact checks" href="/feed.json"'
        in client.get("/").text
    )
    robots = client.get("/robots.txt").text
    assert "Sitemap: http://localhost/sitemap.xml\nSitemap: http://localhost/news-sitemap.xml\n" in robots


def test_a_sitemap_names_each_article_and_a_news_sitemap_may_be_empty(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    slug = published(database, SAMPLE, now=clock.now()).slug
    answer = client.get("/sitemap.xml")
    assert answer.content_type == "application/xml; charset=utf-8"
    assert "s-maxage=60" in answer.headers["Cache-Control"]
    assert f"<loc>http://localhost/fact-checks/{slug}</loc>" in answer.text
    news = client.get("/news-sitemap.xml")
    assert news.content_type == "application/xml; charset=utf-8"
    assert "<url>" not in news.text


def test_a_sitemap_goes_out_as_it_is_written(app: Flask, database: Database, clock: FrozenClock) -> None:
    published(database, SAMPLE, now=clock.now())
    environ = EnvironBuilder("/sitemap.xml", base_url="http://localhost").get_environ()
    pieces, _, _ = run_wsgi_app(app.wsgi_app, environ)
    head, *rest = iter(pieces)
    assert b"<urlset" in head
    assert b"<url>" not in head
    assert b"<url>" in b"".join(rest)


def test_a_long_list_is_an_index_of_files(
    client: FlaskClient, database: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_many_articles(database, 3, first=clock.now())
    monkeypatch.setattr(feed_views, "list_files", partial(list_files, addresses=2))
    index = client.get("/sitemap.xml").text
    files = re.findall(r"<loc>http://localhost(/sitemap-[^<]+)</loc>", index)
    assert len(files) == 2
    assert client.get(files[1]).text.count("<url>") == 1
    assert client.get("/sitemap-nonsense.xml").status_code == 404
