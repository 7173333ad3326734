"""What pages read of readers' requests: one of them, those that wait, and those with an outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, text, true

from factually.articles.corrections.models import (
    ArticleCorrection,
    CorrectionRequest,
    CorrectionRequestReader,
    CorrectionRequestStep,
)
from factually.articles.corrections.reports import ENDS
from factually.articles.models import Article, ArticleRevision
from factually.articles.workflow import SHOWN
from factually.foundation.database import one_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from factually.articles.corrections.reports import Outcome
    from factually.articles.workflow import Standing

LONGEST_LIST: Final = 200
_SHOWN: Final = text(one_of("article.standing", SHOWN))
_LAST: Final = (
    select(
        CorrectionRequestStep.id,
        CorrectionRequestStep.outcome,
        CorrectionRequestStep.reason,
        CorrectionRequestStep.note_id,
        CorrectionRequestStep.at,
    )
    .where(CorrectionRequestStep.request_id == CorrectionRequest.id)
    .order_by(CorrectionRequestStep.id.desc())
    .limit(1)
    .lateral("last")
)
_OPEN: Final = _LAST.c.outcome.is_(None) | (_LAST.c.outcome == "accepted")
_ENDED: Final = _LAST.c.outcome.in_(ENDS)


@dataclass(frozen=True)
class Answer:
    """The last word of the newsroom on a request.

    Attributes:
        id: Where the list of outcomes goes on behind it.
        note_made_at: When the note was made that answers it, None for any other outcome.
    """

    id: int
    outcome: Outcome
    reason: str
    at: datetime
    note_made_at: datetime | None


@dataclass(frozen=True)
class Request:
    """A reader's request, without who they are.

    Attributes:
        title: Of the article; its address where readers see none.
        answered_by_mail: Whether an address waits for the outcome.
    """

    answer: Answer | None
    id: uuid.UUID
    public_id: str
    article_id: uuid.UUID
    slug: str
    title: str
    standing: Standing
    wrong: str
    instead: str
    source_url: str | None
    received_at: datetime
    answered_by_mail: bool

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is decided about it."""
        return self.answer is not None and self.answer.outcome in ENDS

    @property
    def is_shown(self) -> bool:
        """Whether readers can look at the article."""
        return self.standing in SHOWN


@dataclass(frozen=True)
class RequestCounts:
    """How many requests there are in public.

    Attributes:
        by_outcome: For each outcome that occurs; requests without one under None.
        oldest_open: When the one came in that waits longest.
    """

    by_outcome: Mapping[Outcome | None, int]
    oldest_open: datetime | None

    @property
    def open(self) -> int:
        """How many wait for their outcome."""
        return self.by_outcome.get(None, 0) + self.by_outcome.get("accepted", 0)


@dataclass(frozen=True)
class NoteChoice:
    """A note of an article, by which a request may be answered."""

    id: int
    kind: str
    now: str
    made_at: datetime


def find_request(connection: Connection, request_id: uuid.UUID) -> Request | None:
    """Return a request by its row's id, None where there is none."""
    return _one(connection, CorrectionRequest.id == request_id)


def follow_request(connection: Connection, public_id: str) -> Request | None:
    """Return a request by the id in its reader's link, None where there is none."""
    return _one(connection, CorrectionRequest.public_id == public_id)


def waiting_requests(connection: Connection, *, article_id: uuid.UUID | None = None) -> list[Request]:
    """Return requests without an outcome, those that wait longest first; of one article where it is named."""
    rows = _requests().where(_OPEN).order_by(CorrectionRequest.received_at, CorrectionRequest.id)
    if article_id is not None:
        rows = rows.where(CorrectionRequest.article_id == article_id)
    return [_to_request(row) for row in connection.execute(rows.limit(LONGEST_LIST))]


def ended_requests(
    connection: Connection, limit: int, before: int | None = None, *, in_public: bool
) -> list[Request]:
    """Return requests with their outcome, the last decided first, behind a place if one is given.

    In public those are left out that were set aside, and those of articles that nobody sees.
    """
    conditions: list[ColumnElement[bool]] = [_ENDED]
    if before is not None:
        conditions.append(_LAST.c.id < before)
    if in_public:
        conditions.append(_LAST.c.outcome != "set_aside")
    rows = _requests().where(*conditions).order_by(_LAST.c.id.desc()).limit(limit)
    return [_to_request(row) for row in connection.execute(rows.where(_SHOWN) if in_public else rows)]


def count_requests(connection: Connection) -> RequestCounts:
    """Count the requests about articles that readers see."""
    rows = connection.execute(
        select(
            _LAST.c.outcome,
            func.count().label("requests"),
            func.min(CorrectionRequest.received_at).filter(_OPEN).label("oldest"),
        )
        .select_from(CorrectionRequest)
        .join(Article, Article.id == CorrectionRequest.article_id)
        .outerjoin(_LAST, true())
        .where(_SHOWN)
        .group_by(_LAST.c.outcome)
    ).all()
    oldest = min((row.oldest for row in rows if row.oldest is not None), default=None)
    return RequestCounts({row.outcome: row.requests for row in rows}, oldest)


def note_choices(connection: Connection, article_id: uuid.UUID) -> list[NoteChoice]:
    """Return the notes of an article by which a request may be answered, newest first."""
    rows = connection.execute(
        select(ArticleCorrection.id, ArticleCorrection.kind, ArticleCorrection.now, ArticleCorrection.made_at)
        .where(ArticleCorrection.article_id == article_id)
        .order_by(ArticleCorrection.id.desc())
    )
    return [NoteChoice(*row) for row in rows]


def _one(connection: Connection, named: ColumnElement[bool]) -> Request | None:
    row = connection.execute(_requests().where(named)).one_or_none()
    return None if row is None else _to_request(row)


def _requests() -> Select[*tuple[Any, ...]]:
    return (
        select(
            CorrectionRequest.id,
            CorrectionRequest.public_id,
            CorrectionRequest.article_id,
            Article.slug,
            func.coalesce(ArticleRevision.title, Article.slug).label("title"),
            Article.standing,
            CorrectionRequest.wrong,
            CorrectionRequest.instead,
            CorrectionRequest.source_url,
            CorrectionRequest.received_at,
            CorrectionRequestReader.email.is_not(None).label("answered_by_mail"),
            _LAST.c.id.label("answer_id"),
            _LAST.c.outcome,
            _LAST.c.reason,
            _LAST.c.at,
            ArticleCorrection.made_at,
        )
        .select_from(CorrectionRequest)
        .join(Article, Article.id == CorrectionRequest.article_id)
        .outerjoin(
            ArticleRevision,
            (ArticleRevision.article_id == Article.id) & (ArticleRevision.number == Article.published_number),
        )
        .outerjoin(CorrectionRequestReader, CorrectionRequestReader.request_id == CorrectionRequest.id)
        .outerjoin(_LAST, true())
        .outerjoin(ArticleCorrection, ArticleCorrection.id == _LAST.c.note_id)
    )


def _to_request(row: Row[*tuple[Any, ...]]) -> Request:
    *asked, answer_id, outcome, reason, at, note_made_at = row
    answer = None if answer_id is None else Answer(answer_id, outcome, reason, at, note_made_at)
    return Request(answer, *asked)
