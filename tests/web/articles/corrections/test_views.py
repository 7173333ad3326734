from __future__ import annotations

import html
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from factually.articles.corrections import views
from tests.support.article_factories import short_text
from tests.support.newsroom import NOTE

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.newsroom import Newsroom

ATOM = "{http://www.w3.org/2005/Atom}"
PAYLOAD = "</script><script>alert(1)</script>"


@pytest.fixture
def corrected(newsroom: Newsroom) -> str:
    """Return the slug of an article that was updated and then corrected."""
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.clock.advance(timedelta(hours=1))
    update = replace(NOTE, kind="update", was=f"{PAYLOAD} was said.", found_by="Ada of Graz")
    newsroom.revise(slug, short_text(section="Altitude moves it [1] [2]."), note=update)
    newsroom.clock.advance(timedelta(hours=1))
    newsroom.revise(slug, short_text(section="Height moves it [1] [2]."))
    return slug


def test_all_notes_are_listed_newest_first_and_counted_by_kind(client: FlaskClient, corrected: str) -> None:
    answer = client.get("/corrections")
    shown = html.unescape(answer.text)
    assert shown.index(NOTE.was) < shown.index("was said.")
    assert shown.count(f'href="/fact-checks/{corrected}"') == 2
    assert PAYLOAD not in answer.text
    assert "Ada of Graz" in shown
    counted = "".join(answer.text.split())
    assert "<dt>Correction</dt><dd>1</dd>" in counted
    assert "<dt>Clarifications</dt><dd>0</dd>" in counted
    assert "s-maxage=60" in answer.headers["Cache-Control"]
    again = client.get("/corrections", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_retraction_is_listed_and_what_was_taken_down_is_not(
    client: FlaskClient, newsroom: Newsroom, corrected: str
) -> None:
    newsroom.retract(corrected)
    other = newsroom.begin(short_text(title="Fact check: Is ice cold?"))
    newsroom.publish(other)
    newsroom.revise(other, short_text(title="Fact check: Is ice cold?", section="Ice melts [1] [2]."))
    newsroom.order(other, "unpublish", reason="It names a private person.")
    page = client.get("/corrections").text
    assert other not in page
    counted = "".join(page.split())
    assert "<dt>Correction</dt><dd>1</dd>" in counted
    assert "<dt>Retraction</dt><dd>1</dd>" in counted
    assert other not in client.get("/corrections.atom").text


def test_a_changed_verdict_is_marked(client: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.revise(slug, short_text(), rating="false")
    page = client.get("/corrections").text
    assert "Verdict changed" in page
    assert "1 of them changed our verdict." in page
    feed = json.loads(client.get("/corrections.json").data)
    assert feed["items"][0]["_correction"]["verdict_changed"] is True


@pytest.mark.usefixtures("corrected")
def test_older_notes_stand_behind_a_place_that_stays_put(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "NOTES_A_PAGE", 1)
    first = client.get("/corrections").text
    assert "was said." not in first
    older = first.split('<a href="/corrections?before=')[1].split('"')[0]
    second = client.get(f"/corrections?before={older}").text
    assert "was said." in second
    assert "Older corrections" not in second


@pytest.mark.parametrize("place", ["", "0", "-1", "x", "1" * 19])
def test_a_place_that_is_none_is_refused_by_name(client: FlaskClient, place: str) -> None:
    answer = client.get(f"/corrections?before={place}")
    assert answer.status_code == 422
    assert "This is no place in the list of corrections." in answer.text


def test_before_the_first_note_the_page_says_so(client: FlaskClient) -> None:
    assert "We have corrected nothing so far." in client.get("/corrections").text


def test_both_feeds_hold_each_note_with_its_kind_first(client: FlaskClient, corrected: str) -> None:
    atom = client.get("/corrections.atom")
    assert atom.content_type == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(atom.data)  # noqa: S314 - our own feed, made by this very test
    entries = root.findall(f"{ATOM}entry")
    assert str(entries[0].findtext(f"{ATOM}title")).startswith("Correction: ")
    assert str(entries[1].findtext(f"{ATOM}title")).startswith("Update: ")
    assert entries[0].findtext(f"{ATOM}updated") == "2026-11-24T14:00:00+00:00"
    assert "&lt;script&gt;" in str(entries[1].findtext(f"{ATOM}summary"))

    answer = client.get("/corrections.json")
    assert answer.content_type == "application/feed+json"
    assert answer.json is not None
    newest, oldest = answer.json["items"]
    assert newest["id"] == entries[0].findtext(f"{ATOM}id")
    assert newest["url"] == f"http://localhost/fact-checks/{corrected}"
    assert newest["_correction"]["was"] == NOTE.was
    assert PAYLOAD not in oldest["content_html"]
    assert oldest["_correction"]["found_by"] == "Ada of Graz"
    again = client.get("/corrections.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
