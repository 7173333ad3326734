"""What the newsroom's pages on sources read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlalchemy import case, desc, func, select

from factually.articles.models import Article, ArticleRevision
from factually.articles.newsroom.models import ArticleDraft
from factually.articles.sources.liveness import State
from factually.articles.sources.models import SourceCapture, SourceCheck, SourceRecord, SourceUse
from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select
    from sqlalchemy.orm import Session

    _SourceLines: TypeAlias = Select[uuid.UUID, str, str, str, str | None, str | None, str, int]

LONGEST_LIST: Final = 100
LONGEST_OFFER: Final = 20
_LONGEST_HISTORY: Final = 20
_ALARMS: Final = (State.DEAD.value, State.DEVIATED.value)
_NEWEST: Final = (SourceRecord.changed_at.desc(), SourceRecord.id.desc())


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


def list_sources(connection: Connection, words: str, *, state: State | None = None) -> list[SourceLine]:
    """Return up to `LONGEST_LIST` records that hold each word; alarms first, then the newest.

    Args:
        connection: To read by.
        words: Separated by blanks; none for all records.
        state: Only records in this state.
    """
    alarm = case((SourceRecord.state.in_(_ALARMS), 0), else_=1)
    query = _found(words).order_by(alarm, *_NEWEST).limit(LONGEST_LIST)
    if state is not None:
        query = query.where(SourceRecord.state == state.value)
    return _lines(connection, query)


def offer_sources(connection: Connection, words: str) -> list[SourceLine]:
    """Return up to `LONGEST_OFFER` records that hold each word, those that most articles cite first."""
    query = _found(words).order_by(desc("articles"), *_NEWEST).limit(LONGEST_OFFER)
    return _lines(connection, query)


def _found(words: str) -> _SourceLines:
    articles = select(func.count()).where(SourceUse.source_id == SourceRecord.id).scalar_subquery()
    return select(
        SourceRecord.id,
        SourceRecord.title,
        SourceRecord.publisher,
        SourceRecord.url,
        SourceRecord.published,
        SourceRecord.kind,
        SourceRecord.state,
        articles.label("articles"),
    ).where(*(SourceRecord.searched.icontains(word, autoescape=True) for word in words.split()))


def _lines(connection: Connection, query: _SourceLines) -> list[SourceLine]:
    return [
        SourceLine(
            id=row.id,
            title=row.title,
            publisher=row.publisher,
            url=row.url,
            published=row.published,
            kind=row.kind,
            state=State(row.state),
            articles=row.articles,
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
