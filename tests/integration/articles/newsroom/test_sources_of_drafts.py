"""What the newsroom knows of the sources of a text: from their records, and of texts that cite each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from factually.articles.models import Article
from factually.articles.newsroom.saving import particulars_of
from factually.articles.parsing import parse_article
from factually.articles.sources.models import SourceUse
from factually.foundation.errors import InvalidInput
from tests.support.article_factories import short_text
from tests.support.sources import SITE, added_source

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.newsroom import Newsroom

WATER = "https://water.example/boiling"


def test_a_source_takes_over_what_its_record_says_and_keeps_what_the_article_says(
    newsroom: Newsroom, database: Database
) -> None:
    record_id = added_source(
        database, newsroom.clock.now(), url=WATER, kind="primary", interest="no", independence="None."
    )
    slug = newsroom.begin(short_text())
    sources = parse_article(short_text()).content.sources
    mine = replace(sources[0], independence="Its own tables.")
    saved = newsroom.save(slug, short_text(), sources=(mine, sources[1]))
    first, second = particulars_of(saved.draft).sources
    assert (first.record, first.kind, first.interest) == (str(record_id), "primary", "no")
    assert first.independence == "Its own tables."
    assert second == sources[1]


def test_which_texts_cite_a_record_is_known_from_each_save(newsroom: Newsroom, database: Database) -> None:
    record_id = added_source(database, newsroom.clock.now(), url=WATER)
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)

    def use() -> tuple[bool, bool] | None:
        with database.transaction() as session:
            row = session.scalars(select(SourceUse).where(SourceUse.source_id == record_id)).one_or_none()
            return None if row is None else (row.in_draft, row.in_public)

    assert use() == (True, True)
    newsroom.save(slug, short_text(), sources=parse_article(short_text()).content.sources[1:])
    assert use() == (False, True)
    newsroom.order(slug, "unpublish", reason="It names a private person.")
    assert use() is None


def test_a_source_given_twice_is_named_when_a_text_is_handed_in(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    first = parse_article(short_text()).content.sources[0]
    newsroom.save(slug, short_text(), sources=(first, replace(first, number=2, url=WATER + "#top")))
    with pytest.raises(InvalidInput, match=r"Sources \[1\] and \[2\] are one and the same") as refused:
        newsroom.order(slug, "submit", by=newsroom.writer)
    assert refused.value.field == "sources"


def test_articles_that_cite_each_other_in_a_circle_are_named(newsroom: Newsroom, database: Database) -> None:
    water, ice = newsroom.begin(short_text()), newsroom.begin(short_text(title="Fact check: Is ice cold?"))
    newsroom.publish(water)
    newsroom.publish(ice)
    for slug in (water, ice):
        added_source(database, newsroom.clock.now(), url=f"{SITE}/fact-checks/{slug}")
    sources = parse_article(short_text()).content.sources
    for slug, cited in ((water, ice), (ice, water)):
        ours = replace(sources[0], url=f"{SITE}/fact-checks/{cited}")
        newsroom.save(slug, short_text(), sources=(ours, sources[1]))
    with pytest.raises(InvalidInput, match=f"in a circle: {water} cites {ice} cites {water}"):
        newsroom.order(water, "submit", by=newsroom.writer)
    with database.transaction() as session:
        assert session.scalars(select(Article.stage).where(Article.slug == water)).one() == "writing"
