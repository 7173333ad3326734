from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given

from factually.articles.content import ArticleContent, Claim, Reason, from_document, to_document
from factually.articles.parsing import parse_article
from factually.foundation.canonical import canonical_json
from tests.support.article_factories import SAMPLE, article_contents, short_text


@given(article_contents())
def test_a_content_survives_storage(content: ArticleContent) -> None:
    assert from_document(json.loads(canonical_json(to_document(content)))) == content


def test_cited_numbers_without_a_recorded_source_are_unresolved() -> None:
    assert parse_article(SAMPLE).content.unresolved == (1, 2, 3, 4, 5, 6)
    assert parse_article(short_text()).content.unresolved == ()


def test_numbers_come_in_the_order_a_reader_meets_them() -> None:
    text = short_text(summary="First [2] [1].", section="Then [3] [2].", sources=False)
    assert parse_article(text).content.numbers_by_appearance() == [2, 1, 3]


def test_the_standfirst_is_the_summary_without_citations() -> None:
    content = parse_article(short_text(summary="At sea level [1] [2].\nElsewhere not [1].")).content
    assert content.standfirst == "At sea level.\n\nElsewhere not."


def test_claim_topics_and_what_is_said_of_sources_survive_storage() -> None:
    content = parse_article(short_text()).content
    first, second = content.sources
    full = replace(
        content,
        topics=("Water", "Cooking"),
        claim=Claim("Water boils at 100 °C.", "A cook", "2026-03", appearances=("https://a.example/1",)),
        rating="mostly_true",
        reasons=(Reason("EG4", "section 1", "Only one body measures it."),),
        sources=(
            replace(first, accessed="2026-03-04", kind="primary", interest="no", stance="supports"),
            replace(second, quote="Steam forms.", archive_url="https://archive.example/2", record="a1"),
        ),
    )
    assert from_document(json.loads(canonical_json(to_document(full)))) == full


def test_what_is_not_said_leaves_no_trace_in_a_document() -> None:
    document = to_document(parse_article(short_text()).content)
    assert "claim" not in document
    assert set(document["sources"][0]) == {"number", "title", "publisher", "published", "url"}
