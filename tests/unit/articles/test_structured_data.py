from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from factually.articles.content import Claim
from factually.articles.corrections.queries import PublicNote
from factually.articles.evidence import examine
from factually.articles.page_facts import page_circumstances
from factually.articles.parsing import parse_article
from factually.articles.queries import ArticleSummary, PublishedArticle
from factually.articles.ratings import RATINGS
from factually.articles.structured_data import (
    POLICY_ADDRESSES,
    Publisher,
    claim_review,
    describe,
    describe_all,
    describe_publisher,
)
from tests.support.article_factories import short_text

if TYPE_CHECKING:
    from factually.articles.content import Kind

MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)
PUBLISHER = Publisher("Factually", "https://factually.example")


def an_article(kind: Kind = "explainer", byline: tuple[str, ...] = ()) -> PublishedArticle:
    content = replace(parse_article(short_text()).content, kind=kind, byline=byline)
    return PublishedArticle(
        summary=ArticleSummary(
            article_id=uuid.UUID(int=7),
            slug="does-water-boil",
            kind=kind,
            title=content.title,
            summary=content.standfirst,
            published_at=MORNING,
            updated_at=MORNING,
            sha256="f" * 64,
            standing="published",
        ),
        origin="newsroom",
        number=1,
        content=content,
        evidence=examine(content),
        override_reason=None,
        override_by=None,
    )


@pytest.mark.parametrize(
    ("kind", "schema_type"),
    [
        ("explainer", "BackgroundNewsArticle"),
        ("analysis", "AnalysisNewsArticle"),
        ("claim_check", "NewsArticle"),
    ],
)
def test_each_kind_has_its_own_type(kind: Kind, schema_type: str) -> None:
    assert describe(an_article(kind), PUBLISHER)["@type"] == schema_type


def test_sources_are_cited_in_their_order_and_without_a_date_they_lack() -> None:
    assert describe(an_article(), PUBLISHER)["citation"] == [
        {
            "@type": "CreativeWork",
            "name": "Boiling, explained",
            "url": "https://water.example/boiling",
            "publisher": {"@type": "Organization", "name": "Institute of Water"},
            "datePublished": "2024-05-01",
        },
        {
            "@type": "CreativeWork",
            "name": "Tables of steam",
            "url": "https://steam.example/tables",
            "publisher": {"@type": "Organization", "name": "Steam Society"},
        },
    ]


def test_without_a_byline_the_publisher_is_the_author() -> None:
    described = describe(an_article(), PUBLISHER)
    assert described["author"] == described["publisher"]


def test_authors_are_named_as_people() -> None:
    described = describe(an_article(byline=("A. Writer",)), PUBLISHER)
    assert described["author"] == [{"@type": "Person", "name": "A. Writer"}]


def test_the_address_is_the_public_one() -> None:
    described = describe(an_article(), PUBLISHER)
    assert described["url"] == "https://factually.example/fact-checks/does-water-boil"


def a_claim_check(rating: str = "mostly_false", **claim: Any) -> PublishedArticle:  # noqa: ANN401 - fields of Claim
    article = an_article("claim_check")
    said = replace(article.content, claim=Claim("Water boils at 90 °C.", **claim), rating=rating)
    return replace(article, content=said)


def test_a_claim_check_has_one_review_of_its_claim() -> None:
    article = a_claim_check(
        claimant="Kettle Works",
        claimed_on="2026-10-01",
        first_appearance="https://kettle.example/",
        appearances=("https://radio.example/",),
    )
    described, review = describe_all(article, PUBLISHER)
    assert (described["@type"], review["@type"]) == ("NewsArticle", "ClaimReview")
    assert review["url"] == "https://factually.example/fact-checks/does-water-boil"
    assert review["claimReviewed"] == "Water boils at 90 °C."
    assert review["author"] == described["publisher"]
    assert review["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Mostly false",
        "ratingExplanation": RATINGS["mostly_false"].meaning,
        "ratingValue": 2,
        "worstRating": 1,
        "bestRating": 5,
    }
    assert review["itemReviewed"] == {
        "@type": "Claim",
        "text": "Water boils at 90 °C.",
        "author": {"name": "Kettle Works"},
        "datePublished": "2026-10-01",
        "firstAppearance": {"@type": "CreativeWork", "url": "https://kettle.example/"},
        "appearance": [{"@type": "CreativeWork", "url": "https://radio.example/"}],
    }


def test_what_is_not_known_of_a_claim_is_left_out_and_so_is_a_place_on_no_scale() -> None:
    [_, review] = describe_all(a_claim_check("unproven"), PUBLISHER)
    assert review["itemReviewed"] == {"@type": "Claim", "text": "Water boils at 90 °C."}
    rating = review["reviewRating"]
    assert isinstance(rating, dict)
    assert rating.keys() == {"@type", "alternateName", "ratingExplanation"}


@pytest.mark.parametrize("kind", ["explainer", "analysis"])
def test_only_a_claim_check_is_reviewed(kind: Kind) -> None:
    article = a_claim_check()
    assert len(describe_all(replace(article, content=replace(article.content, kind=kind)), PUBLISHER)) == 1


def test_without_claim_or_verdict_of_the_scale_there_is_no_review() -> None:
    assert claim_review(an_article("claim_check"), PUBLISHER) is None
    assert claim_review(a_claim_check("pants_on_fire"), PUBLISHER) is None


def test_page_and_structured_data_are_told_the_same_verdict() -> None:
    for rating in RATINGS:
        known = page_circumstances(a_claim_check(rating).content, publisher="Factually")
        assert known.printed_verdict == known.marked_up_verdict == RATINGS[rating].name


def test_archived_copies_topics_and_corrections_are_told() -> None:
    article = an_article()
    first = replace(article.content.sources[0], archive_url="https://archive.ph/AbCdE")
    content = replace(article.content, sources=(first,), topics=("Water",))
    note = PublicNote(2, "correction", "90 °C.", "100 °C.", "We misread a table.", None, False, MORNING)  # noqa: FBT003 - a row as it is read
    described = describe(replace(article, content=content), PUBLISHER, [note])
    assert described["keywords"] == ["Water"]
    assert isinstance(described["citation"], list)
    assert described["citation"][0] == {
        "@type": "CreativeWork",
        "name": "Boiling, explained",
        "url": "https://water.example/boiling",
        "publisher": {"@type": "Organization", "name": "Institute of Water"},
        "datePublished": "2024-05-01",
        "archivedAt": "https://archive.ph/AbCdE",
    }
    assert described["correction"] == [
        {
            "@type": "CorrectionComment",
            "text": "Correction. We said: 90 °C. What is right: 100 °C. We misread a table.",
            "datePublished": "2026-11-24T08:00:00+00:00",
        }
    ]


@pytest.mark.parametrize(
    ("disclosure", "told"),
    [
        (None, False),
        ("No AI had a part in it.", False),
        ("AI drafted the summary; an editor rewrote it.", True),
    ],
)
def test_the_part_that_ai_had_is_told_to_machines(disclosure: str | None, told: bool) -> None:  # noqa: FBT001 - the answer
    article = an_article()
    described = describe(
        replace(article, content=replace(article.content, ai_disclosure=disclosure)), PUBLISHER
    )
    assert ("digitalSourceType" in described) is told


def test_the_publisher_names_each_of_its_policies() -> None:
    described = describe_publisher(PUBLISHER)
    assert described["@type"] == "NewsMediaOrganization"
    for policy in POLICY_ADDRESSES:
        assert str(described[policy]).startswith("https://factually.example/")
