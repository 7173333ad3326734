"""Keeping the search as what is listed is: in the transaction that changes it, or all of it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, insert, literal_column, select

from factually.articles.addresses import slug_for
from factually.articles.models import Article, ArticleRevision
from factually.articles.revisions import read_content
from factually.articles.search.models import ArticleSearch, ArticleTopic
from factually.articles.search.texts import searched_text
from factually.articles.workflow import LISTED
from factually.foundation.errors import InvalidInput
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from factually.articles.content import ArticleContent
    from factually.foundation.database import Database

CONFIGURATION: Final = "english"
_A_TRANSACTION: Final = 100


def refresh_search(session: Session, article: Article) -> None:
    """Let searches and topics find an article as it is listed now, or not at all."""
    session.flush()
    for table in (ArticleSearch, ArticleTopic):
        session.execute(delete(table).where(table.article_id == article.id))
    if article.standing not in LISTED:
        return
    document = session.scalars(
        select(ArticleRevision.document).where(
            ArticleRevision.article_id == article.id, ArticleRevision.number == article.published_number
        )
    ).one()
    content = read_content(document)
    _add(session, article, content)
    slugs = topic_slugs(content.topics)
    if slugs:
        rows = [
            {"article_id": article.id, "slug": slug, "name": name, "published_at": article.published_at}
            for slug, name in slugs.items()
        ]
        session.execute(insert(ArticleTopic), rows)


def topic_slugs(names: Iterable[str]) -> dict[str, str]:
    """Return names of topics by the last part of their addresses; a name without letters has none."""
    slugs: dict[str, str] = {}
    for name in names:
        try:
            slugs.setdefault(slug_for(name), name)
        except InvalidInput:
            continue
    return slugs


def reindex(database: Database) -> int:
    """Make the search anew for each article, some in a transaction, and return how many are listed.

    It may run while the site does, and again.
    """
    listed = 0
    after: uuid.UUID | None = None
    while True:
        with database.transaction() as session:
            some = select(Article).order_by(Article.id).limit(_A_TRANSACTION).with_for_update()
            articles = session.scalars(some if after is None else some.where(Article.id > after)).all()
            for article in articles:
                refresh_search(session, article)
                listed += article.standing in LISTED
            announce_change(session)
        if len(articles) < _A_TRANSACTION:
            return listed
        after = articles[-1].id


def index_missing(database: Database) -> int:
    """Let the search find listed articles that it does not know, and return how many those were."""
    unknown = (
        select(Article)
        .outerjoin(ArticleSearch, ArticleSearch.article_id == Article.id)
        .where(Article.standing.in_(LISTED), ArticleSearch.article_id.is_(None))
        .limit(_A_TRANSACTION)
        .with_for_update(of=Article)
    )
    found = 0
    while True:
        with database.transaction() as session:
            articles = session.scalars(unknown).all()
            if not articles:
                return found
            for article in articles:
                refresh_search(session, article)
            announce_change(session)
        found += len(articles)


def _add(session: Session, article: Article, content: ArticleContent) -> None:
    text = searched_text(content)
    words: ColumnElement[str] | None = None
    for weight, folded in zip("ABCD", text.weights, strict=True):
        weighed = func.setweight(func.to_tsvector(CONFIGURATION, folded), literal_column(f"'{weight}'"))
        words = weighed if words is None else words.op("||")(weighed)
    row = insert(ArticleSearch).values(
        article_id=article.id,
        kind=content.kind,
        rating=content.rating,
        published_at=article.published_at,
        original=text.original,
        folded=text.folded,
        words=words,
    )
    session.execute(row)
