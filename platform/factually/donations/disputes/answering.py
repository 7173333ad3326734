"""Answers a dispute: what the auditor wrote and the gift's receipt, as one text, once; row first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from factually.audit.journal import Actor, record
from factually.donations.aftermath import ANSWERABLE, DisputeStatus
from factually.donations.disputes.models import AnswerState, Dispute, DisputeAnswer, answer_place
from factually.donations.gateway import GatewayBusy, GatewayError, GatewayFailed, GatewayRefused
from factually.donations.models import Gift
from factually.donations.pledges import ATTESTATION, ATTESTATION_VERSION
from factually.donations.progress import LEASE
from factually.foundation.errors import Conflict, InvalidInput, NotFound, Unavailable
from factually.foundation.identifiers import new_id
from factually.foundation.money import Money
from factually.jobs.queue import defer

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.journey import Journey
    from factually.foundation.crypto import Keyring

SEND_ANSWER: Final = "donations.send_answer"
SHORTEST_ANSWER: Final = 30
LONGEST_ANSWER: Final = 10_000
"""With the receipt below Stripe's limit of 20,000 characters for one text."""
_HEARD: Final = (DisputeStatus.UNDER_REVIEW, DisputeStatus.WARNING_UNDER_REVIEW)
_NOT_ANSWERING: Final = "Our payment provider isn't answering. The answer is sent again by itself."


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an auditor tells the bank; no donor's data is added to it."""

    text: str
    written_by: uuid.UUID


def receipt_text(gift: Gift) -> str:
    """Return the gift's receipt as the bank gets it: what was given, when, and what the donor confirmed."""
    lines = [
        "RECEIPT",
        f"Gift number: {gift.public_id}",
        f"Amount: {Money(gift.captured_minor, gift.currency)}",
        f"Given: {gift.created_at:%Y-%m-%d %H:%M} UTC, on our website, by card",
        "Goods or services in return: none; a donation to a news publication",
        f"Confirmed by the donor: {gift.attested_at:%Y-%m-%d %H:%M} UTC, version {gift.attestation_version}",
    ]
    if gift.attestation_version == ATTESTATION_VERSION:
        lines.append(f"The statement: {ATTESTATION}")
    return "\n".join(lines)


def answer_dispute(
    session: Session, dispute_id: str, answer: Answer, *, keyring: Keyring, now: datetime
) -> uuid.UUID:
    """Write an answer down and queue it; the bank takes one, so a second one is refused.

    Returns:
        The answer's id, for `AnswerSender.send`.

    Raises:
        NotFound: No such dispute.
        InvalidInput: The text is too short or too long.
        Conflict: The bank waits for no answer, its time is over, or one was written.
    """
    query = select(Dispute).where(Dispute.id == dispute_id).with_for_update(key_share=True)
    dispute = session.execute(query).scalar_one_or_none()
    if dispute is None:
        raise NotFound("There is no dispute at this address.")
    text = answer.text.strip()
    if not SHORTEST_ANSWER <= len(text) <= LONGEST_ANSWER:
        raise InvalidInput(
            f"Write {SHORTEST_ANSWER} to {LONGEST_ANSWER:,} characters for the bank.", field="text"
        )
    if not awaits_answer(dispute, now=now):
        raise Conflict("The bank takes no answer to this dispute any more.")
    answer_id = new_id()
    whole = f"{text}\n\n{receipt_text(session.get_one(Gift, dispute.gift_id))}"
    added = session.execute(
        insert(DisputeAnswer)
        .values(
            id=answer_id,
            dispute_id=dispute.id,
            text=keyring.encrypt(whole, answer_place(answer_id)),
            written_by=answer.written_by,
            written_at=now,
            state=AnswerState.READY.value,
            round=1,
            updated_at=now,
        )
        .on_conflict_do_nothing()
        .returning(DisputeAnswer.id)
    ).scalar_one_or_none()
    if added is None:
        raise Conflict("Somebody has answered this dispute already. The bank takes one answer.")
    record(
        session,
        actor=Actor("account", str(answer.written_by)),
        event="dispute.answered",
        subject=f"gift:{dispute.gift_id}",
        now=now,
        details={"dispute": dispute.id},
    )
    _send_soon(session, answer_id)
    return answer_id


def awaits_answer(dispute: Dispute, *, now: datetime) -> bool:
    """Tell whether the bank still takes our evidence."""
    in_time = dispute.due_by is None or now < dispute.due_by
    return DisputeStatus(dispute.status) in ANSWERABLE and in_time


@dataclass(frozen=True, kw_only=True)
class AnswerSender:
    """Sends answers; sent twice under its key, Stripe takes it once."""

    journey: Journey
    keyring: Keyring

    def send(self, answer_id: uuid.UUID) -> None:
        """Send an answer unless that was done, and settle the gift.

        Raises:
            Unavailable: Stripe did not answer; the worker tries again.
        """
        claimed = self._claim(answer_id)
        if claimed is None:
            return
        row, gift_id = claimed
        text = self.keyring.decrypt(row.text, answer_place(row.id))
        try:
            self.journey.gateway.submit_evidence(row.dispute_id, text, idempotency_key=row.idempotency_key)
        except GatewayBusy:
            return
        except GatewayRefused as refused:
            # The bank may have had it from an earlier send whose answer was lost.
            self.journey.settle(gift_id)
            self._close(row.id, AnswerState.REFUSED, refused.code)
        except GatewayError as error:
            if isinstance(error, GatewayFailed):
                self._begin_round(row)
            raise Unavailable(_NOT_ANSWERING) from error
        else:
            self._close(row.id, AnswerState.SENT, None)
        self.journey.settle(gift_id)

    def _claim(self, answer_id: uuid.UUID) -> tuple[DisputeAnswer, uuid.UUID] | None:
        now = self.journey.clock.now()
        with self.journey.database.transaction() as session:
            row = _locked(session, answer_id)
            leased = row.lease_until is not None and row.lease_until > now
            if row.state != AnswerState.READY.value or leased:
                return None
            row.lease_until = now + LEASE
            _send_soon(session, row.id, at=row.lease_until)
            return row, session.get_one(Dispute, row.dispute_id).gift_id

    def _begin_round(self, sent: DisputeAnswer) -> None:
        with self.journey.database.transaction() as session:
            row = _locked(session, sent.id)
            row.round = max(row.round, sent.round + 1)
            row.lease_until = None

    def _close(self, answer_id: uuid.UUID, state: AnswerState, problem: str | None) -> None:
        with self.journey.database.transaction() as session:
            row = _locked(session, answer_id)
            if row.state == AnswerState.READY.value:
                heard = session.get_one(Dispute, row.dispute_id).status in _HEARD
                row.state = (AnswerState.SENT if heard else state).value
                row.problem = None if heard else problem
                row.lease_until = None
                row.updated_at = self.journey.clock.now()


def queue_unsent_answers(session: Session, *, now: datetime) -> int:
    """Queue each answer that nobody is sending, and return how many."""
    waiting = session.scalars(
        select(DisputeAnswer.id).where(
            DisputeAnswer.state == AnswerState.READY.value, DisputeAnswer.updated_at <= now - LEASE
        )
    ).all()
    for answer_id in waiting:
        _send_soon(session, answer_id)
    return len(waiting)


def _send_soon(session: Session, answer_id: uuid.UUID, *, at: datetime | None = None) -> None:
    lock = f"{SEND_ANSWER}:{answer_id}" if at is None else f"{SEND_ANSWER}-later:{answer_id}"
    defer(session, SEND_ANSWER, queueing_lock=lock, schedule_at=at, answer_id=str(answer_id))


def _locked(session: Session, answer_id: uuid.UUID) -> DisputeAnswer:
    query = select(DisputeAnswer).where(DisputeAnswer.id == answer_id).with_for_update()
    return session.execute(query, execution_options={"populate_existing": True}).scalar_one()
