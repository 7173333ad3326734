from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given

from factually.articles.content import ArticleContent, Claim, Reason
from factually.articles.newsroom.composing import (
    Particulars,
    compose,
    fingerprint,
    particulars_document,
    particulars_from_document,
    take_apart,
)
from factually.articles.parsing import parse_article
from tests.support.article_factories import article_contents, short_text


@given(article_contents())
def test_what_is_taken_apart_makes_the_same_article(content: ArticleContent) -> None:
    assert compose(*take_apart(content)) == content


def test_particulars_survive_storage() -> None:
    particulars = Particulars(
        kind="claim_check",
        byline=("Ann Writer",),
        topics=("Water",),
        claim=Claim("Water boils.", "A cook", appearances=("https://a.example/1",)),
        rating="false",
        reasons=(Reason("EG4", "section 1", "Only one body measures it."),),
        sources=parse_article(short_text()).content.sources,
    )
    assert particulars_from_document(json.loads(json.dumps(particulars_document(particulars)))) == particulars


def test_sources_of_the_text_count_where_none_are_kept_beside_it() -> None:
    assert compose(short_text(), Particulars()).sources == parse_article(short_text()).content.sources
    kept = parse_article(short_text()).content.sources[:1]
    assert compose(short_text(), Particulars(sources=kept)).sources == kept


def test_a_fingerprint_tells_any_change() -> None:
    particulars = Particulars()
    same = fingerprint("Text", particulars)
    assert same == fingerprint("Text", Particulars())
    assert same != fingerprint("Text ", particulars)
    assert same != fingerprint("Text", replace(particulars, topics=("Water",)))
