from __future__ import annotations

import json

from hypothesis import given

from factually.articles.content import ArticleContent, from_document, to_document
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
