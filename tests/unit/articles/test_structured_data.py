from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from factually.articles.evidence import examine
from factually.articles.parsing import parse_article
from factually.articles.queries import ArticleSummary, PublishedArticle
from factually.articles.structured_data import Publisher, describe
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
