"""Moves a gift along its lifecycle: one locked row, one event per fact, one screening per stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from factually.audit.journal import record
from factually.donations.donor_records import card_index
from factually.donations.giving_history import history_of, lock_donor
from factually.donations.lifecycle import Apply, Fact, GiftState, Impossible, decide
from factually.donations.models import Gift, GiftEvent
from factually.donations.monthly.following import follow_charge
from factually.donations.policy_limits import lacks_details
from factually.foundation.errors import InvalidInput, NotFound
from factually.independence.screening import screen
from factually.independence.subjects import Stage
from factually.jobs.queue import defer

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.audit.journal import Actor
    from factually.donations.steps import Instruction, ReleaseReason
    from factually.foundation.crypto import Keyring
    from factually.independence.facts import GivingHistory
    from factually.independence.screening import ScreeningResult
    from factually.independence.subjects import ScreeningSubject

_LOG = structlog.get_logger(__name__)
SETTLE: Final = "donations.settle"
LEASE: Final = timedelta(seconds=45)
"""Longer than one call to Stripe with all its retries can take."""


@dataclass(frozen=True, slots=True)
class Step:
    """Who moves a gift, and when."""

    actor: Actor
    now: datetime


def lock_gift(session: Session, gift_id: uuid.UUID) -> Gift:
    """Return the gift with its row locked, as it is now and not as this session may remember it.

    Rows that only point to the gift, such as a webhook's, can be added meanwhile.

    Raises:
        NotFound: No such gift.
    """
    query = select(Gift).where(Gift.id == gift_id).with_for_update(key_share=True)
    gift = session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if gift is None:
        raise NotFound("There is no gift at this address.")
    return gift


def advance(session: Session, gift: Gift, fact: Fact, *, step: Step) -> bool:
    """Tell a locked gift a fact, and say whether that moved it.

    A fact that contradicts the gift's state changes nothing and goes to the journal, where people look.
    """
    state = GiftState(gift.state)
    answer = decide(state, fact)
    if isinstance(answer, Impossible):
        record(
            session,
            actor=step.actor,
            event="gift.contradicted",
            subject=f"gift:{gift.id}",
            now=step.now,
            details={"reason": answer.reason},
        )
    if not isinstance(answer, Apply):
        return False
    note_event(session, gift, fact.value, answer.new_state, step=step)
    gift.state = answer.new_state.value
    gift.updated_at = step.now
    session.flush()
    follow_charge(session, gift, fact, step=step)
    return True


def note_event(session: Session, gift: Gift, fact: str, new_state: GiftState, *, step: Step) -> None:
    """Add a step to the gift's history; the first one, `pledged`, comes from no state."""
    session.add(
        GiftEvent(
            gift_id=gift.id,
            at=step.now,
            fact=fact,
            from_state=None if fact == GiftState.PLEDGED.value else gift.state,
            to_state=new_state.value,
            actor_kind=step.actor.kind,
            actor_id=step.actor.id,
            payment_intent_id=gift.payment_intent_id,
            charge_id=gift.charge_id,
        )
    )


def instruct(gift: Gift, instruction: Instruction, reason: ReleaseReason | None, *, step: Step) -> None:
    """Choose once how the gift's hold is to end; whoever comes second finds it chosen."""
    if gift.instruction is None:
        gift.instruction = instruction.value
        gift.release_reason = None if reason is None else reason.value
        gift.updated_at = step.now


def settle_soon(session: Session, gift_id: uuid.UUID, *, at: datetime | None = None) -> None:
    """Queue the gift's settling, at once or as a safety net for a process that may die before it is done."""
    lock = f"{SETTLE}:{gift_id}" if at is None else f"{SETTLE}-later:{gift_id}"
    defer(session, SETTLE, queueing_lock=lock, schedule_at=at, gift_id=str(gift_id))


def screen_gift(
    session: Session, gift: Gift, subject: ScreeningSubject, *, keyring: Keyring, now: datetime
) -> ScreeningResult:
    """Screen a locked gift beside the other gifts of its donor, and keep what its donor is to be told.

    The card counts as the gift's own from the moment a bank authorised it: one that was declined may be
    anyone's.
    """
    payment = subject.payment
    card = None if payment is None else card_index(payment.fingerprint, keyring=keyring)
    if subject.stage in {Stage.AFTER_AUTHORISATION, Stage.RENEWAL} and gift.card_index is None:
        gift.card_index = card
    history = _count_others(session, gift, card, now)
    result = screen(session, subject, gift_id=gift.id, keyring=keyring, now=now, history=history)
    if gift.details_asked_at is None and lacks_details(session, subject, result):
        gift.details_asked_at = now
    finding = result.deciding_finding
    gift.policy_version = result.policy_version
    gift.deciding_rule = None if finding is None else finding.rule_id
    gift.deciding_reason = None if finding is None else finding.reason_text
    return result


def _count_others(session: Session, gift: Gift, card: bytes | None, now: datetime) -> GivingHistory | None:
    """Count the donor's other gifts, or say that nobody could: then a rule holds the gift (DS18).

    Nobody could where the database failed, or where a gift is in a currency that has no rate any more.
    """
    lock_donor(session, gift, card_index=card)
    try:
        with session.begin_nested():
            return history_of(session, gift, card_index=card, now=now)
    except (SQLAlchemyError, InvalidInput) as error:
        _LOG.error("giving_history.failed", error=type(error).__name__)
        return None
