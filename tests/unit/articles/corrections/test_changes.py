from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from factually.articles.content import ArticleContent, Claim
from factually.articles.corrections.changes import same_words
from factually.articles.parsing import parse_article
from tests.support.article_factories import article_contents, short_text

CONTENT = parse_article(short_text(section="The point-by-point “rule” [1] [2].")).content


@given(article_contents())
def test_a_content_says_the_same_as_itself(content: ArticleContent) -> None:
    assert same_words(content, content)


def test_typography_and_spacing_are_no_change() -> None:
    text = short_text(section='The point\u2011by\u2011point  "rule" [1] [2].')
    assert same_words(CONTENT, parse_article(text).content)


def test_topics_and_the_care_of_links_are_no_change() -> None:
    first, second = CONTENT.sources
    cared = replace(first, accessed="2026-01-02", archive_url="https://archive.example/1", record="a")
    assert same_words(CONTENT, replace(CONTENT, topics=("Water",), sources=(cared, second)))


@pytest.mark.parametrize(
    "other",
    [
        replace(CONTENT, title="Does water boil at 90 °C?"),
        replace(CONTENT, summary=("At sea level it doesn't [1] [2].",)),
        replace(CONTENT, summary=("At sea level it does [1].",)),
        replace(CONTENT, rating="false"),
        replace(CONTENT, claim=Claim("Water boils.")),
        replace(CONTENT, byline=("Ann",)),
        replace(CONTENT, sources=(replace(CONTENT.sources[0], publisher="Nobody"), CONTENT.sources[1])),
    ],
)
def test_anything_that_a_reader_is_told_is_a_change(other: ArticleContent) -> None:
    assert not same_words(CONTENT, other)
