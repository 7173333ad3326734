"""The search follows what is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from factually.articles.search import indexing
from factually.articles.search.asking import Question
from factually.articles.search.indexing import reindex, topic_slugs
from factually.articles.search.models import ArticleSearch, ArticleTopic
from factually.articles.search.queries import articles_of_topic, list_topics, search_articles
from factually.articles.search.tasks import tasks
from tests.support.article_factories import short_text

if TYPE_CHECKING:
    import pytest

    from factually.foundation.database import Database
    from tests.support.newsroom import Newsroom

TEXT = short_text(summary="The public\u2011safety limit holds at sea level [1] [2].")


def found(database: Database, words: str) -> list[str]:
    with database.reading() as connection:
        return [result.article.slug for result in search_articles(connection, Question(words)).found]


def test_an_article_is_found_from_its_publication_to_its_retraction(
    newsroom: Newsroom, database: Database
) -> None:
    slug = newsroom.begin(TEXT)
    newsroom.save(slug, TEXT, topics=("City law", "city law", "…"))
    assert found(database, "public-safety") == []
    newsroom.publish(slug)
    assert found(database, "public-safety limits") == [slug]
    assert found(database, '"public-safety limit"') == [slug]
    assert found(database, "steam society") == [slug]
    assert found(database, "water -boiling") == []
    newsroom.revise(slug, TEXT.replace("public\u2011safety", "steam"), topics=())
    assert found(database, "public-safety") == []
    with database.reading() as connection:
        assert list_topics(connection) == []
    newsroom.retract(slug)
    assert found(database, "steam") == []


def test_all_can_be_made_anew_and_again(
    newsroom: Newsroom, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_A_TRANSACTION", 1)
    slug = newsroom.begin(TEXT)
    newsroom.save(slug, TEXT, topics=("City law",))
    newsroom.publish(slug)
    newsroom.begin(TEXT.replace("water boil", "water freeze"))
    with database.transaction() as session:
        for table in (ArticleSearch, ArticleTopic):
            session.execute(delete(table))
    assert reindex(database) == 1
    assert reindex(database) == 1
    with database.reading() as connection:
        assert connection.execute(select(ArticleTopic.name)).scalars().all() == ["City law"]
        assert [a.slug for a in articles_of_topic(connection, "city-law", 5)] == [slug]
    assert found(database, "public-safety") == [slug]


def test_topics_that_make_the_same_address_are_one() -> None:
    assert topic_slugs(["City law", "city\u2011law", "…"]) == {"city-law": "City law"}


def test_what_was_listed_before_there_was_a_search_is_found_by_the_worker(
    newsroom: Newsroom, database: Database
) -> None:
    old, gone = newsroom.begin(TEXT), newsroom.begin(short_text(title="Fact check: Is ice cold?"))
    for slug in (old, gone):
        newsroom.publish(slug)
    newsroom.order(gone, "unpublish", reason="It names a private person.")
    with database.transaction() as session:
        session.execute(delete(ArticleSearch))
    assert found(database, "public-safety") == []
    newsroom.run(tasks, "articles.index_missing")
    newsroom.run(tasks, "articles.index_missing")
    assert found(database, "public-safety") == [old]
    assert found(database, "ice") == []
