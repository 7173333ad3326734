from __future__ import annotations

import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from factually.articles.content import Claim, Reason
from factually.articles.importing import ImportRequest, import_article
from factually.articles.parsing import parse_article
from factually.audit.journal import SYSTEM
from tests.support.article_factories import COMPLETE, OVERRIDE, SAMPLE, published, short_text

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.newsroom import Newsroom

PAYLOAD = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """Collects what the tests ask of a page: ids, links with their attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self._texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        if tag == "a":
            self.links.append(named)

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self._texts).split())


def read(client: FlaskClient, slug: str) -> Page:
    answer = client.get(f"/fact-checks/{slug}")
    assert answer.status_code == 200
    return Page(answer.text)


def structured_data(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


def test_an_imported_article_says_that_its_sources_are_missing_and_who_published_it(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    page = read(client, published(database, SAMPLE, now=clock.now()).slug)
    assert "6 of 6 cited sources are not yet recorded" in page.text
    assert "9 of 19 sentences carry no citation." in page.text
    assert f"by decision of {OVERRIDE.by}: {OVERRIDE.reason}" in page.text
    assert "Imported from an earlier system, which named no author." in page.text
    assert "Published November 24, 2026." in page.text
    assert page.text.count("Cited in the text, not yet recorded.") == 6


@pytest.mark.parametrize("text", [SAMPLE, COMPLETE])
def test_every_link_inside_the_page_leads_to_one_place(
    client: FlaskClient, database: Database, clock: FrozenClock, text: bytes
) -> None:
    page = read(client, published(database, text, now=clock.now()).slug)
    assert len(page.ids) == len(set(page.ids))
    inside = {str(link["href"])[1:] for link in page.links if str(link.get("href")).startswith("#")}
    assert inside <= set(page.ids)
    citations = parse_article(text).content.citations
    assert sum(identifier.startswith("citation-") for identifier in page.ids) == citations


def test_an_article_with_sources_shows_its_figures_and_links_each_source(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    page = read(client, published(database, COMPLETE, now=clock.now()).slug)
    assert "30 citations, 7 sources, 3 publishers, no section with a single source" in page.text
    assert "evidence check refuses" not in page.text
    links = [link for link in page.links if link.get("data-originalurl")]
    assert len(links) == 7
    assert links[5] == {
        "href": "https://www.fec.gov/data/",
        "rel": "nofollow noopener",
        "data-originalurl": "https://www.fec.gov/data/",
        "data-versiondate": "2026-11-20",
    }


def test_sections_of_one_source_are_named(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    one = published(database, short_text(section="It moves [1]."), now=clock.now())
    assert "Section 1 rests on a single source." in read(client, one.slug).text
    several = published(database, SAMPLE, now=clock.now())
    assert "Sections 5 and 6 each rest on a single source." in read(client, several.slug).text


def test_the_banner_asks_in_the_two_known_sentences_and_says_where_the_reader_came_from(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    imported = published(database, SAMPLE, now=clock.now())
    page = read(client, imported.slug)
    banner, appeal = SAMPLE.decode().splitlines()[:2]
    assert banner in page.text
    assert appeal in page.text
    assert f"/donate?amount=5&from={imported.slug}" in [link.get("href") for link in page.links]


def test_byline_disclosure_and_date_of_the_check_are_shown_where_known(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    said: dict[str, Any] = {
        "origin": "newsroom",
        "byline": ("A. Writer", "B. Writer"),
        "ai_disclosure": "No AI had a part in it.",
    }
    text = short_text() + "\nChecked on November 3, 2025"
    page = read(client, published(database, text, now=clock.now(), **said).slug)
    assert "By A. Writer, B. Writer. Published November 24, 2026, checked on November 3, 2025." in page.text
    assert "No AI had a part in it." in page.text


def test_the_older_form_is_shown_without_an_empty_summary(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    text = "Is it so?\n1. Summary of the results\nIt is."
    page = read(client, published(database, text, now=clock.now()).slug)
    assert "summary" not in page.ids
    assert "Summary of the results" in page.text


def test_markup_in_a_text_stays_text(client: FlaskClient, database: Database, clock: FrozenClock) -> None:
    text = short_text(
        title=f"Is it {PAYLOAD} so?", summary=f"Yes {PAYLOAD} [1] [2].", section=PAYLOAD
    ).replace("Boiling, explained", PAYLOAD)
    slug = published(database, text, now=clock.now()).slug
    html = client.get(f"/fact-checks/{slug}").text
    page = Page(html)
    assert "alert(1)" in page.text
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert structured_data(html)["headline"] == f"Is it {PAYLOAD} so?"


def test_machines_find_kind_address_and_dates(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    slug = published(database, SAMPLE, now=clock.now()).slug
    html = client.get(f"/fact-checks/{slug}").text
    described = structured_data(html)
    address = f"http://localhost/fact-checks/{slug}"
    assert described["@type"] == "BackgroundNewsArticle"
    assert described["datePublished"] == clock.now().isoformat()
    assert described["url"] == address
    assert f'<link rel="canonical" href="{address}">' in html
    assert f'<meta property="og:url" content="{address}">' in html


def test_a_page_is_cached_by_its_revision_and_asked_for_again(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    slug = published(database, SAMPLE, now=clock.now()).slug
    first = client.get(f"/fact-checks/{slug}")
    assert first.headers["Cache-Control"] == ("public, max-age=0, s-maxage=60, stale-while-revalidate=600")
    assert "Set-Cookie" not in first.headers
    again = client.get(f"/fact-checks/{slug}", headers={"If-None-Match": f"W/{first.headers['ETag']}"})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.head(f"/fact-checks/{slug}").headers["ETag"] == first.headers["ETag"]


def test_a_new_revision_changes_the_page_and_says_when(
    client: FlaskClient, database: Database, clock: FrozenClock, newsroom: Newsroom
) -> None:
    slug = published(database, short_text(), now=clock.now()).slug
    etag = client.get(f"/fact-checks/{slug}").headers["ETag"]
    clock.advance(timedelta(days=1))
    newsroom.revise(slug, short_text(section="Altitude moves it [1] [2]."))
    answer = client.get(f"/fact-checks/{slug}", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    text = Page(answer.text).text
    assert "Altitude moves it" in text
    assert "Published November 24, 2026, updated November 25, 2026." in text


@pytest.mark.parametrize("slug", ["nothing-here", "%F0%9F%98%80", "A-B", "a" * 3_000])
def test_an_unknown_address_is_not_found_and_says_so(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"/fact-checks/{slug}")
    assert answer.status_code == 404
    assert "There is no fact check at this address." in answer.text


def test_an_address_that_no_column_can_hold_is_not_found(client: FlaskClient) -> None:
    assert client.get("/fact-checks/a%00b").status_code == 404


def test_a_draft_is_not_found(client: FlaskClient, database: Database, clock: FrozenClock) -> None:
    with database.transaction() as session:
        slug = import_article(session, ImportRequest(SAMPLE), now=clock.now(), actor=SYSTEM).slug
    assert client.get(f"/fact-checks/{slug}").status_code == 404


def test_a_claim_check_shows_claim_claimant_and_the_verdict_that_machines_are_told(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    claim = Claim(
        "Water boils at 90 °C.",
        "Kettle Works",
        "2026-10-01",
        "https://kettle.example/",
        ("https://b.example/",),
    )
    reason = Reason("EG4", "section 1", "Nobody else measured it.")
    text = "\n".join(
        [
            "Fact check: Does water boil at 90 °C?",
            "Executive Summary",
            "“Water boils at 90 °C,” Kettle Works said [1] [2].",
            "1. Bottom line: it does not",
            "Verdict: false. It needs 100 °C [1].",
            *short_text().splitlines()[-3:],
        ]
    )
    slug = published(database, text, now=clock.now(), claim=claim, rating="false", reasons=(reason,)).slug
    html = client.get(f"/fact-checks/{slug}").text
    page = Page(html)
    assert "“Water boils at 90 °C.” Claimed by Kettle Works, October 1, 2026." in page.text
    assert "Our verdict False The claim is not accurate." in page.text
    assert "/methodology#scale" in [link.get("href") for link in page.links]
    assert "Our reason: Nobody else measured it." in page.text
    article, review = (
        json.loads(data)
        for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    )
    assert (article["@type"], review["@type"]) == ("NewsArticle", "ClaimReview")
    assert review["reviewRating"]["alternateName"] == "False"
    assert review["url"] == article["url"]
    inside = {str(link["href"])[1:] for link in page.links if str(link.get("href")).startswith("#")}
    assert inside <= set(page.ids)


def test_a_claim_of_which_little_is_known_says_so(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    text = short_text(summary="“It boils,” they said [1] [2].", section="Verdict: unproven [1] [2].")
    slug = published(database, text, now=clock.now(), claim=Claim("It boils."), rating=None).slug
    page = read(client, slug)
    assert "“It boils.” We don't know who made it." in page.text
    assert "Our verdict" not in page.text
    assert "Error EG10: There is no verdict of the published scale. Go to claim" in page.text
