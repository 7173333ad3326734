"""What the newsroom's pages on sources read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import case, func, select

from factually.articles.models import Article, ArticleRevision
from factually.articles.newsroom.models import ArticleDraft
from factually.articles.sources.liveness import State
from factually.articles.sources.models import SourceCapture, SourceCheck, SourceRecord, SourceUse
from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row
    from sqlalchemy.orm import Session

LONGEST_LIST: Final = 100
_LONGEST_HISTORY: Final = 20
_ALARMS: Final = (State.DEAD.value, State.DEVIATED.value)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the list of sources, and what the editor's picker offers."""

    id: uuid.UUID
    title: str
    publisher: str
    url: str
    published: str | None
    kind: str | None
    state: State
    articles: int


@dataclass(frozen=True, slots=True)
class AffectedArticle:
    """An article that cites a source.

    Attributes:
        title: Of what readers see, or else of the newest draft.
    """

    id: uuid.UUID
    slug: str
    title: str
    in_draft: bool
    in_public: bool


def find_sources(
    connection: Connection, words: str = "", *, state: State | None = None, limit: int = LONGEST_LIST
) -> list[SourceLine]:
    """Return records that hold each word in title, publisher or address; alarms first, then the newest.

    Args:
        connection: To read by.
        words: Separated by blanks; none for all records.
        state: Only records in this state.
        limit: How many at most.
    """
    articles = select(func.count()).where(SourceUse.source_id == SourceRecord.id).scalar_subquery()
    alarm = case((SourceRecord.state.in_(_ALARMS), 0), else_=1)
    query = (
        select(
            SourceRecord.id,
            SourceRecord.title,
            SourceRecord.publisher,
            SourceRecord.url,
            SourceRecord.published,
            SourceRecord.kind,
            SourceRecord.state,
            articles.label("articles"),
        )
        .where(*(SourceRecord.searched.icontains(word, autoescape=True) for word in words.split()))
        .order_by(alarm, SourceRecord.changed_at.desc(), SourceRecord.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(SourceRecord.state == state.value)
    return [
        SourceLine(
            row.id,
            row.title,
            row.publisher,
            row.url,
            row.published,
            row.kind,
            State(row.state),
            row.articles,
        )
        for row in connection.execute(query)
    ]


def count_alarms(connection: Connection) -> int:
    """Return how many sources are dead, or no longer say what is quoted."""
    return connection.execute(
        select(func.count()).select_from(SourceRecord).where(SourceRecord.state.in_(_ALARMS))
    ).scalar_one()


def read_source(session: Session, source_id: uuid.UUID) -> SourceRecord:
    """Return a record.

    Raises:
        NotFound: There is none.
    """
    found = session.get(SourceRecord, source_id)
    if found is None:
        raise NotFound("There is no record of such a source.")
    return found


def affected_articles(connection: Connection | Session, source_id: uuid.UUID) -> list[AffectedArticle]:
    """Return the articles that cite a source, those that readers see first."""
    title = func.coalesce(ArticleRevision.title, ArticleDraft.title, Article.slug)
    query = (
        select(Article.id, Article.slug, title.label("title"), SourceUse.in_draft, SourceUse.in_public)
        .join_from(SourceUse, Article, Article.id == SourceUse.article_id)
        .outerjoin(
            ArticleRevision,
            (ArticleRevision.article_id == Article.id) & (ArticleRevision.number == Article.published_number),
        )
        .outerjoin(ArticleDraft, ArticleDraft.id == Article.draft_id)
        .where(SourceUse.source_id == source_id)
        .order_by(SourceUse.in_public.desc(), Article.slug)
    )
    return [
        AffectedArticle(row.id, row.slug, row.title, row.in_draft, row.in_public)
        for row in connection.execute(query)
    ]


def captures_of(session: Session, source_id: uuid.UUID) -> Sequence[Row[uuid.UUID, datetime, str, str, int]]:
    """Return the newest copies of a source, without their bytes: `id, captured_at, url, sha256, size`."""
    return session.execute(
        select(
            SourceCapture.id,
            SourceCapture.captured_at,
            SourceCapture.url,
            SourceCapture.sha256,
            func.octet_length(SourceCapture.wacz).label("size"),
        )
        .where(SourceCapture.source_id == source_id)
        .order_by(SourceCapture.captured_at.desc())
        .limit(_LONGEST_HISTORY)
    ).all()


def read_capture(connection: Connection, source_id: uuid.UUID, capture_id: uuid.UUID) -> bytes:
    """Return a copy.

    Raises:
        NotFound: The source has no such copy.
    """
    query = select(SourceCapture.wacz).where(
        SourceCapture.id == capture_id, SourceCapture.source_id == source_id
    )
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such copy.")
    return bytes(found)


def checks_of(session: Session, source_id: uuid.UUID) -> Sequence[SourceCheck]:
    """Return the newest passes over a source, newest first."""
    query = (
        select(SourceCheck)
        .where(SourceCheck.source_id == source_id)
        .order_by(SourceCheck.id.desc())
        .limit(_LONGEST_HISTORY)
    )
    return session.execute(query).scalars().all()
