"""The one fold of what Stripe says into a gift, for the page, the webhook, the worker and the sweep alike.

It only ever moves a gift forward, and names the one call to make next, whose row is in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, update

from factually.audit.journal import record
from factually.donations.aftercare import follow_money
from factually.donations.donor_records import screening_subject
from factually.donations.intents import IntentSnapshot, IntentStatus, facts_shown
from factually.donations.lifecycle import Fact, GiftState
from factually.donations.models import Gift, PaymentAttempt
from factually.donations.progress import LEASE, advance, instruct, lock_gift, screen_gift, settle_soon
from factually.donations.steps import AttemptKind, AttemptOutcome, Instruction, ReleaseReason
from factually.foundation.identifiers import new_id
from factually.independence.outcomes import Outcome
from factually.independence.screening import Clearance, clearance
from factually.independence.subjects import Stage

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.progress import Step
    from factually.donations.receipts import DonorPost

REVIEW_TIME: Final = timedelta(hours=72)
RELEASE_BEFORE_LAPSE: Final = timedelta(hours=24)
_KEY_PREFIX = {AttemptKind.CAPTURE: "cap", AttemptKind.RELEASE: "void"}
_FINAL = {IntentStatus.SUCCEEDED, IntentStatus.CANCELED}


@dataclass(frozen=True, kw_only=True)
class Call:
    """The call that ends a hold, with its row; `attempt_id` is None for the release of a stray intent."""

    attempt_id: uuid.UUID | None
    kind: AttemptKind
    intent_id: str
    idempotency_key: str


def fold(
    session: Session, gift_id: uuid.UUID, snapshot: IntentSnapshot, *, post: DonorPost, step: Step
) -> Call | None:
    """Apply one fresh look at Stripe to a gift.

    Args:
        session: Transaction of the caller.
        gift_id: The gift.
        snapshot: Its PaymentIntent, fetched just before.
        post: Writes the letters that the donor is owed for each change.
        step: Who looks, and when.

    Returns:
        The call to make after the commit, or None.
    """
    gift = lock_gift(session, gift_id)
    if not _belongs(gift, snapshot):
        return _release_stray(session, gift, snapshot, step=step)
    gift.payment_intent_id = snapshot.id
    _note_charge(gift, snapshot)
    released = gift.instruction == Instruction.RELEASE.value
    for fact in facts_shown(snapshot, cancelled_by_us=released):
        if advance(session, gift, fact, step=step):
            _close_card_attempt(session, gift, step=step)
            post.tell(session, gift, now=step.now)
    if snapshot.charge is not None and snapshot.charge.captured:
        follow_money(session, gift, snapshot.charge, post=post, step=step)
    if gift.state == GiftState.AUTHORISED.value and gift.instruction is None:
        _screen_again(session, gift, snapshot, post=post, step=step)
    if snapshot.status not in _FINAL:
        return next_call(session, gift, step=step)
    _close_ending_call(session, gift, snapshot, step=step)
    return None


def next_call(session: Session, gift: Gift, *, step: Step) -> Call | None:
    """Claim the call that a locked gift's instruction asks for, with its row.

    Money is captured only on a recorded clearance, read in this very transaction (DESIGN 2, promise 1).
    """
    if gift.instruction is None or gift.payment_intent_id is None:
        return None
    if gift.instruction == Instruction.CAPTURE.value:
        if gift.state not in {GiftState.AUTHORISED, GiftState.HELD}:
            return None
        if clearance(session, gift.id) is not Clearance.CLEARED:
            record(
                session,
                actor=step.actor,
                event="gift.capture_stopped",
                subject=f"gift:{gift.id}",
                now=step.now,
            )
            return None
    kind = AttemptKind(gift.instruction)
    key = f"{_KEY_PREFIX[kind]}:{gift.payment_intent_id}"
    attempt = claim_row(session, gift, kind, key, step=step)
    settle_soon(session, gift.id, at=attempt.lease_until)
    return Call(
        attempt_id=attempt.id,
        kind=kind,
        intent_id=gift.payment_intent_id,
        idempotency_key=attempt.idempotency_key,
    )


def close_call(
    session: Session, call: Call, outcome: AttemptOutcome, *, code: str | None, now: datetime
) -> None:
    """Write down the answer to a call, unless another process did so first."""
    session.execute(
        update(PaymentAttempt)
        .where(PaymentAttempt.id == call.attempt_id, PaymentAttempt.outcome.is_(None))
        .values(outcome=outcome.value, code=code, finished_at=now)
    )


def claim_row(session: Session, gift: Gift, kind: AttemptKind, key: str, *, step: Step) -> PaymentAttempt:
    """Lease the row of a locked gift's call, under its key: the open one, or the next where none is open."""
    rows = select(PaymentAttempt).where(PaymentAttempt.gift_id == gift.id, PaymentAttempt.kind == kind.value)
    attempt = session.execute(rows.where(PaymentAttempt.outcome.is_(None))).scalar_one_or_none()
    if attempt is not None:
        attempt.sends += 1
        attempt.lease_until = step.now + LEASE
        return attempt
    number = session.execute(select(func.count()).select_from(rows.subquery())).scalar_one() + 1
    # A new round after an answer that told nothing: Stripe would replay the old one under the old key.
    suffix = "" if number == 1 else f":{number}"
    attempt = PaymentAttempt(
        id=new_id(),
        gift_id=gift.id,
        kind=kind.value,
        number=number,
        idempotency_key=f"{key}{suffix}",
        sends=1,
        started_at=step.now,
        lease_until=step.now + LEASE,
    )
    session.add(attempt)
    session.flush()
    return attempt


def _belongs(gift: Gift, snapshot: IntentSnapshot) -> bool:
    if gift.monthly_gift_id is not None:
        # An invoice makes its own intent, which no metadata of ours is on; the invoice leads to the gift.
        return gift.payment_intent_id == snapshot.id
    return (
        gift.payment_intent_id in {None, snapshot.id}
        and snapshot.gift_id == str(gift.id)
        and (snapshot.amount, snapshot.currency) == (gift.amount_minor, gift.currency)
    )


def _release_stray(session: Session, gift: Gift, snapshot: IntentSnapshot, *, step: Step) -> Call | None:
    """Free the money of an intent that names this gift and isn't its own: a call answered far too late."""
    record(
        session,
        actor=step.actor,
        event="gift.stray_intent",
        subject=f"gift:{gift.id}",
        now=step.now,
        details={"intent": snapshot.id, "status": snapshot.status.value},
    )
    if snapshot.gift_id != str(gift.id) or snapshot.status in _FINAL:
        return None
    return Call(
        attempt_id=None,
        kind=AttemptKind.RELEASE,
        intent_id=snapshot.id,
        idempotency_key=f"void:{snapshot.id}",
    )


def _note_charge(gift: Gift, snapshot: IntentSnapshot) -> None:
    charge = snapshot.charge
    if charge is None or not charge.succeeded:
        return
    gift.charge_id = charge.id
    gift.capture_before = charge.capture_before or gift.capture_before
    if charge.captured:
        gift.captured_minor = charge.amount_captured


def _screen_again(
    session: Session, gift: Gift, snapshot: IntentSnapshot, *, post: DonorPost, step: Step
) -> None:
    card = None if snapshot.charge is None else snapshot.charge.card
    subject = screening_subject(gift, stage=Stage.AFTER_AUTHORISATION, card=card, keyring=post.keyring)
    outcome = screen_gift(session, gift, subject, keyring=post.keyring, now=step.now).outcome
    if outcome is Outcome.REFUSE:
        instruct(gift, Instruction.RELEASE, ReleaseReason.REFUSED_BY_POLICY, step=step)
    elif outcome is Outcome.ALLOW and clearance(session, gift.id) is Clearance.CLEARED:
        instruct(gift, Instruction.CAPTURE, None, step=step)
    else:
        gift.review_deadline = _review_deadline(gift.capture_before, step.now)
        advance(session, gift, Fact.HELD, step=step)
        post.tell(session, gift, now=step.now)


def _review_deadline(capture_before: datetime | None, now: datetime) -> datetime:
    latest = now + REVIEW_TIME
    return latest if capture_before is None else min(latest, capture_before - RELEASE_BEFORE_LAPSE)


def _close_card_attempt(session: Session, gift: Gift, *, step: Step) -> None:
    session.execute(
        update(PaymentAttempt)
        .where(
            PaymentAttempt.gift_id == gift.id,
            PaymentAttempt.kind == AttemptKind.AUTHORISE.value,
            PaymentAttempt.outcome.is_(None),
        )
        .values(outcome=AttemptOutcome.ACCEPTED.value, finished_at=step.now)
    )


def _close_ending_call(session: Session, gift: Gift, snapshot: IntentSnapshot, *, step: Step) -> None:
    """Answer a call that ended the hold from what it led to: whoever made it may be dead."""
    made = AttemptKind.CAPTURE if snapshot.status is IntentStatus.SUCCEEDED else AttemptKind.RELEASE
    for kind in (AttemptKind.CAPTURE, AttemptKind.RELEASE):
        outcome = AttemptOutcome.ACCEPTED if kind is made else AttemptOutcome.REFUSED
        session.execute(
            update(PaymentAttempt)
            .where(
                PaymentAttempt.gift_id == gift.id,
                PaymentAttempt.kind == kind.value,
                PaymentAttempt.outcome.is_(None),
            )
            .values(outcome=outcome.value, finished_at=step.now)
        )
