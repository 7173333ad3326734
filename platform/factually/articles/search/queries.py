"""What the search and the pages of topics read: ids first, and the lists' own rows for those."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Select, func, select, tuple_

from factually.articles.folding import fold
from factually.articles.queries import summaries_of
from factually.articles.search.indexing import CONFIGURATION
from factually.articles.search.models import ArticleSearch, ArticleTopic
from factually.articles.search.texts import MARK_END, MARK_START, Stretch, mark

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Connection

    from factually.articles.queries import ArticleSummary, Position
    from factually.articles.search.asking import Question

RESULTS_A_PAGE: Final = 10
"""Few, since finding the passage of each costs more than ranking all hits."""
RANKED: Final = 1_000
"""Of more hits than this the newest are ranked, since ranking reads each hit's words."""
_HEADLINE: Final = (
    f'StartSel="{MARK_START}", StopSel="{MARK_END}", MaxWords=36, MinWords=18, ShortWord=0, MaxFragments=0'
)


@dataclass(frozen=True)
class Result:
    """An article that was found, with the passage in which it was."""

    article: ArticleSummary
    passage: tuple[Stretch, ...]


@dataclass(frozen=True)
class Results:
    """A page of results.

    Attributes:
        count: How many articles were found; `RANKED` stands for that many or more.
    """

    found: tuple[Result, ...]
    count: int


@dataclass(frozen=True)
class Topic:
    """A topic with the number of its listed articles."""

    slug: str
    name: str
    articles: int


def search_articles(connection: Connection, question: Question) -> Results:
    """Return a page of what was asked for: best first, or newest first where no words were given."""
    hits = _hits(question).subquery("hits")
    count = connection.execute(select(func.count()).select_from(hits)).scalar_one()
    order = [hits.c.published_at.desc(), hits.c.article_id.desc()]
    rows = select(hits.c.article_id).join(ArticleSearch, ArticleSearch.article_id == hits.c.article_id)
    if question.words:
        order.insert(0, func.ts_rank(ArticleSearch.words, _query(question)).desc())
    rows = rows.order_by(*order).offset((question.page - 1) * RESULTS_A_PAGE).limit(RESULTS_A_PAGE)
    ids = list(connection.execute(rows).scalars())
    passages = _passages(connection, question, ids) if question.words else {}
    return Results(
        tuple(
            Result(article, passages.get(article.article_id, ())) for article in summaries_of(connection, ids)
        ),
        count,
    )


def list_topics(connection: Connection) -> list[Topic]:
    """Return all topics by name."""
    name = func.min(ArticleTopic.name)
    rows = select(ArticleTopic.slug, name.label("name"), func.count().label("articles"))
    grouped = rows.group_by(ArticleTopic.slug).order_by(func.lower(name), ArticleTopic.slug)
    return [Topic(row.slug, row.name, row.articles) for row in connection.execute(grouped)]


def topic_name(connection: Connection, slug: str) -> str | None:
    """Return how a topic is called where it was used last, None where no listed article has it."""
    newest = (ArticleTopic.published_at.desc(), ArticleTopic.article_id.desc())
    return connection.execute(
        select(ArticleTopic.name).where(ArticleTopic.slug == slug).order_by(*newest).limit(1)
    ).scalar_one_or_none()


def articles_of_topic(
    connection: Connection, slug: str, limit: int, before: Position | None = None
) -> list[ArticleSummary]:
    """Return a topic's articles, newest first, behind a position if one is given."""
    rows = select(ArticleTopic.article_id).where(ArticleTopic.slug == slug)
    if before is not None:
        place = tuple_(ArticleTopic.published_at, ArticleTopic.article_id)
        rows = rows.where(place < tuple_(before.published_at, before.article_id))
    newest = rows.order_by(ArticleTopic.published_at.desc(), ArticleTopic.article_id.desc()).limit(limit)
    return summaries_of(connection, list(connection.execute(newest).scalars()))


def _query(question: Question) -> ColumnElement[str]:
    return func.websearch_to_tsquery(CONFIGURATION, fold(question.words))


def _hits(question: Question) -> Select[uuid.UUID, datetime]:
    rows = select(ArticleSearch.article_id, ArticleSearch.published_at)
    if question.words:
        rows = rows.where(ArticleSearch.words.op("@@")(_query(question)))
    if question.topic is not None:
        topic = ArticleTopic.article_id == ArticleSearch.article_id
        rows = rows.join(ArticleTopic, topic).where(ArticleTopic.slug == question.topic)
    if question.kind is not None:
        rows = rows.where(ArticleSearch.kind == question.kind)
    if question.verdict is not None:
        rows = rows.where(ArticleSearch.rating == question.verdict)
    if question.first_day is not None:
        rows = rows.where(ArticleSearch.published_at >= _midnight(question.first_day))
    if question.last_day is not None:
        rows = rows.where(ArticleSearch.published_at < _midnight(question.last_day) + timedelta(days=1))
    return rows.order_by(ArticleSearch.published_at.desc(), ArticleSearch.article_id.desc()).limit(RANKED)


def _passages(
    connection: Connection, question: Question, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, tuple[Stretch, ...]]:
    headline = func.ts_headline(CONFIGURATION, ArticleSearch.folded, _query(question), _HEADLINE)
    rows = select(ArticleSearch.article_id, ArticleSearch.original, headline.label("headline"))
    found = connection.execute(rows.where(ArticleSearch.article_id.in_(ids)))
    return {row.article_id: mark(row.original, row.headline) for row in found}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
