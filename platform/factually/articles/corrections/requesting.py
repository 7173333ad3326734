"""Taking in what readers report, and deciding on it; letters and forgetting go with each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from factually.articles.corrections.letters import DECIDED, RECEIVED, Decided
from factually.articles.corrections.models import (
    ArticleCorrection,
    CorrectionRequest,
    CorrectionRequestReader,
    CorrectionRequestStep,
    email_place,
    name_place,
)
from factually.articles.corrections.reports import (
    ENDS,
    LETTERS_KEPT,
    READER_KEPT,
    check_reason,
    may_follow,
)
from factually.articles.models import Article, ArticleRevision
from factually.articles.newsroom.steps import account_of
from factually.audit.journal import record
from factually.foundation.errors import Conflict, InvalidInput, NotFound
from factually.foundation.identifiers import new_id
from factually.mail.sending import forget_letters
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.corrections.letters import ReaderPost
    from factually.articles.corrections.reports import Outcome, Report
    from factually.audit.journal import Actor
    from factually.foundation.crypto import Keyring


@dataclass(frozen=True)
class Arrival:
    """A report as it comes in.

    Attributes:
        public_id: Made with the form, so that a form sent twice is one request.
        title: Of the article, for the letter.
        acknowledged: Whether a letter says that it came; its address may have had enough of them.
    """

    public_id: str
    article_id: uuid.UUID
    title: str
    report: Report
    acknowledged: bool = True


@dataclass(frozen=True)
class Decision:
    """What somebody of the newsroom decides.

    Attributes:
        reason: 10 to 2,000 characters, read by everybody.
        note_id: The note that answers a request, and only then.
    """

    outcome: Outcome
    reason: str
    actor: Actor
    at: datetime
    note_id: int | None = None


def receive(session: Session, arrival: Arrival, *, post: ReaderPost, now: datetime) -> None:
    """Take a report in, once; who reported it is sealed and kept apart."""
    report = arrival.report
    request = session.scalars(
        insert(CorrectionRequest)
        .values(
            id=new_id(),
            public_id=arrival.public_id,
            article_id=arrival.article_id,
            wrong=report.wrong,
            instead=report.instead,
            source_url=report.source_url,
            received_at=now,
        )
        .on_conflict_do_nothing(index_elements=["public_id"])
        .returning(CorrectionRequest)
    ).one_or_none()
    if request is None or not (report.name or report.email):
        return
    session.add(_sealed_reader(request, report, post.keyring))
    if report.email and arrival.acknowledged:
        post.acknowledge(session, request, title=arrival.title, to=report.email)


def decide(session: Session, request_id: uuid.UUID, decision: Decision, *, post: ReaderPost) -> None:
    """Decide on a request, tell its reader, and with the last decision forget who that was.

    Raises:
        NotFound: No such request.
        Conflict: It is decided already.
        InvalidInput: The reason does not do, or the note is none of its article.
    """
    request = session.get(CorrectionRequest, request_id)
    if request is None:
        raise NotFound("There is no request at this address.")
    reason = check_reason(decision.reason)
    # Requests are append-only, so that the article stands for the lock of its requests.
    session.execute(select(Article.id).where(Article.id == request.article_id).with_for_update())
    if not may_follow(_last_outcome(session, request_id), decision.outcome):
        raise Conflict("A colleague has decided this already.")
    _check_note(session, request, decision)
    session.add(
        CorrectionRequestStep(
            request_id=request_id,
            outcome=decision.outcome,
            reason=reason,
            note_id=decision.note_id,
            account_id=account_of(decision.actor),
            at=decision.at,
        )
    )
    record(
        session,
        actor=decision.actor,
        event=f"correction_request.{decision.outcome}",
        subject=f"correction_request:{request_id}",
        now=decision.at,
    )
    decided = Decided(_title(session, request), decision.outcome, reason, decision.at)
    _tell_reader(session, request, decided, post)
    announce_change(session)


def close_by_note(
    session: Session, request_ids: Collection[uuid.UUID], decision: Decision, *, post: ReaderPost
) -> None:
    """Answer several requests with one note.

    Raises:
        NotFound: One is none.
        Conflict: One is decided already.
        InvalidInput: The reason does not do, or the note is of another article than one of them.
    """
    # In one order everywhere, so that two people never wait for each other.
    for request_id in sorted(set(request_ids)):
        decide(session, request_id, decision, post=post)


def open_name(session: Session, request_id: uuid.UUID, *, keyring: Keyring) -> str | None:
    """Return whom the reader wants thanked, as long as that is known."""
    reader = session.get(CorrectionRequestReader, request_id)
    if reader is None or reader.name is None:
        return None
    return keyring.decrypt(reader.name, name_place(request_id))


def forget_readers(session: Session, *, now: datetime) -> None:
    """Forget readers who were never answered for a year, and letters that went out a month ago."""
    session.execute(
        delete(CorrectionRequestReader).where(CorrectionRequestReader.received_at < now - READER_KEPT)
    )
    for cause in (RECEIVED, DECIDED):
        forget_letters(session, cause, before=now - LETTERS_KEPT)


def _sealed_reader(request: CorrectionRequest, report: Report, keyring: Keyring) -> CorrectionRequestReader:
    name, email = report.name, report.email
    return CorrectionRequestReader(
        request_id=request.id,
        name=keyring.encrypt(name, name_place(request.id)) if name else None,
        email=keyring.encrypt(email, email_place(request.id)) if email else None,
        received_at=request.received_at,
    )


def _last_outcome(session: Session, request_id: uuid.UUID) -> Outcome | None:
    last = (
        select(CorrectionRequestStep.outcome)
        .where(CorrectionRequestStep.request_id == request_id)
        .order_by(CorrectionRequestStep.id.desc())
        .limit(1)
    )
    return cast("Outcome | None", session.scalar(last))


def _check_note(session: Session, request: CorrectionRequest, decision: Decision) -> None:
    if decision.outcome != "answered":
        return
    note = None if decision.note_id is None else session.get(ArticleCorrection, decision.note_id)
    if note is None or note.article_id != request.article_id:
        raise InvalidInput("Choose a note of this article.", field="note")


def _title(session: Session, request: CorrectionRequest) -> str:
    """Return how the article is called now, or was when readers last saw it."""
    newest = (
        select(ArticleRevision.title)
        .where(ArticleRevision.article_id == request.article_id)
        .order_by(ArticleRevision.number.desc())
        .limit(1)
    )
    return session.scalars(newest).one()


def _tell_reader(session: Session, request: CorrectionRequest, decided: Decided, post: ReaderPost) -> None:
    reader = session.get(CorrectionRequestReader, request.id)
    if reader is None:
        return
    if reader.email is not None:
        to = post.keyring.decrypt(reader.email, email_place(request.id))
        post.tell(session, request, decided, to=to)
    if decided.outcome in ENDS:
        session.delete(reader)
