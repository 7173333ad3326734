"""What history pages read: the chain without its texts, and the texts that a page needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.articles.history.chain import History, Revision
from factually.articles.models import ArticlePublication, ArticleRevision
from factually.articles.queries import find_published, read_published
from factually.articles.revisions import read_content

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from factually.articles.content import ArticleContent
    from factually.articles.queries import ArticleSummary, PublishedArticle


def find_history(connection: Connection, slug: str) -> History | None:
    """Return the history of an article that readers see, and of no other.

    Who may be seen is decided in one place, by `find_published`.
    """
    article = find_published(connection, slug)
    return None if article is None else History(article, _read_chain(connection, article))


def _read_chain(connection: Connection, article: ArticleSummary) -> tuple[Revision, ...]:
    rows = connection.execute(
        select(
            ArticleRevision.number,
            ArticleRevision.sha256,
            ArticleRevision.previous_sha256,
            ArticleRevision.title,
            ArticlePublication.published_at,
            ArticlePublication.actor_kind,
            ArticlePublication.override_reason,
            ArticlePublication.override_by,
        )
        .join(
            ArticlePublication,
            (ArticlePublication.article_id == ArticleRevision.article_id)
            & (ArticlePublication.number == ArticleRevision.number),
        )
        .where(ArticleRevision.article_id == article.article_id)
        .order_by(ArticleRevision.number),
    )
    chain = tuple(
        Revision(
            number=row.number,
            sha256=row.sha256,
            previous_sha256=row.previous_sha256,
            title=row.title,
            published_at=row.published_at,
            by_newsroom=row.actor_kind == "account",
            override_reason=row.override_reason,
            override_by=row.override_by,
        )
        for row in rows
    )
    # What was published since the article was read belongs to the next look.
    shown = [revision.sha256 for revision in chain].index(article.sha256)
    return chain[: shown + 1]


def read_contents(
    connection: Connection, history: History, numbers: Collection[int]
) -> dict[int, ArticleContent]:
    """Return the texts of some revisions by number."""
    public = {revision.number for revision in history.revisions}
    rows = connection.execute(
        select(ArticleRevision.number, ArticleRevision.document).where(
            ArticleRevision.article_id == history.article.article_id,
            ArticleRevision.number.in_(public.intersection(numbers)),
        ),
    )
    return {row.number: read_content(row.document) for row in rows}


def read_document(connection: Connection, history: History, revision: Revision) -> bytes:
    """Return the very bytes whose hash names a revision."""
    return connection.execute(
        select(ArticleRevision.document).where(
            ArticleRevision.article_id == history.article.article_id,
            ArticleRevision.number == revision.number,
        ),
    ).scalar_one()


def read_revision(connection: Connection, history: History, revision: Revision) -> PublishedArticle:
    """Return the article as readers saw it in a revision, ready for the article page."""
    then = replace(
        history.article, sha256=revision.sha256, title=revision.title, updated_at=revision.published_at
    )
    article = read_published(connection, then)
    standfirst = replace(then, summary=article.content.standfirst, kind=article.content.kind)
    return replace(article, summary=standfirst)
