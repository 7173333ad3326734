"""The search page and the pages of topics."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.articles.search import queries, views
from tests.support.article_factories import short_text

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.newsroom import Newsroom

TEXT = short_text(summary="The <public\u2011safety> limit holds at sea level [1] [2].")


@pytest.fixture
def slug(newsroom: Newsroom) -> str:
    made = newsroom.begin(TEXT)
    newsroom.save(made, TEXT, topics=("City law",))
    newsroom.publish(made)
    return made


def test_a_found_passage_is_marked_in_its_printed_spelling(client: FlaskClient, slug: str) -> None:
    page = client.get("/search?q=limits").text
    assert f"/fact-checks/{slug}" in page
    assert "1 fact check found" in page
    assert "<mark>limit</mark>" in page
    assert "<public" not in page


def test_filters_leave_in_what_fits(client: FlaskClient, slug: str) -> None:
    fits = "kind=explainer&topic=city-law&from=2026-11-24&to=2026-11-24"
    assert f"/fact-checks/{slug}" in client.get(f"/search?{fits}").text
    for other in ("kind=analysis", "verdict=false", "topic=sea", "to=2026-11-23", "from=2026-11-25"):
        assert f"/fact-checks/{slug}" not in client.get(f"/search?q=limit&{other}").text


def test_nothing_found_leads_on(client: FlaskClient) -> None:
    page = client.get("/search?q=%3Cscript%3E").text
    assert "No fact check found" in page
    assert "/topics" in page
    assert "<script>" not in page


@pytest.mark.parametrize("asked", ["q=" + "x" * 201, "kind=x", "verdict=x", "from=x", "page=11", "q=%00"])
def test_what_cannot_be_searched_for_is_refused(client: FlaskClient, asked: str) -> None:
    assert client.get(f"/search?{asked}").status_code == 422


def test_results_go_on_over_pages(
    client: FlaskClient, slug: str, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = newsroom.begin(TEXT.replace("water boil", "water freeze"))
    newsroom.publish(other)
    for module in (views, queries):
        monkeypatch.setattr(module, "RESULTS_A_PAGE", 1)
    first = client.get("/search?q=limit").text
    assert "page=2" in first
    second = client.get("/search?q=limit&page=2").text
    assert "Earlier results" in second
    assert {f"/fact-checks/{made}" in first for made in (slug, other)} == {True, False}
    assert {f"/fact-checks/{made}" in second for made in (slug, other)} == {True, False}
    monkeypatch.setattr(views, "RANKED", 2)
    assert "2 or more fact checks found" in client.get("/search?q=water").text
    assert "nothing on this page" in client.get("/search?q=limit&page=3").text


def test_a_topic_lists_its_articles(
    client: FlaskClient, slug: str, monkeypatch: pytest.MonkeyPatch, newsroom: Newsroom
) -> None:
    assert "City law" in client.get("/topics").text
    assert f"/fact-checks/{slug}" in client.get("/topics/city-law").text
    assert '<a href="/topics/city-law">City law</a>' in client.get(f"/fact-checks/{slug}").text
    assert client.get("/topics/sea").status_code == 404
    assert client.get("/topics/city-law?before=x").status_code == 422
    text = TEXT.replace("water boil", "water freeze")
    other = newsroom.begin(text)
    newsroom.save(other, text, topics=("City law",))
    newsroom.clock.advance(timedelta(minutes=1))
    newsroom.publish(other)
    monkeypatch.setattr(views, "ARTICLES_A_PAGE", 1)
    first = client.get("/topics/city-law").text
    older = first.split('href="/topics/city-law?before=')[1].split('"')[0]
    assert f"/fact-checks/{other}" in first
    second = client.get(f"/topics/city-law?before={older}").text
    assert f"/fact-checks/{slug}" in second
    assert "Newest fact checks" in second
