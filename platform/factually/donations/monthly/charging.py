"""The one fold of what Stripe says about a month's charge, for page, webhook, worker and sweep alike.

It only ever moves a gift forward, and names the one call to make next, whose row is in the same transaction.
Once the money is taken the fold of all gifts (`settling`) goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.donations.donor_records import screening_subject
from factually.donations.intents import IntentStatus
from factually.donations.lifecycle import TAKEN_STATES, Fact, GiftState
from factually.donations.models import PaymentAttempt
from factually.donations.monthly.following import CLOSED
from factually.donations.monthly.letters import tell_monthly
from factually.donations.monthly.lifecycle import CHARGING, EndReason, MonthlyFact, MonthlyState
from factually.donations.monthly.progress import advance_monthly, end_monthly, lock_monthly, tell_stripe
from factually.donations.monthly.questions import follow_question
from factually.donations.monthly.snapshots import UNPAID, InvoiceStatus, SetupStatus
from factually.donations.progress import advance, instruct, lock_gift, screen_gift, settle_soon
from factually.donations.settling import REVIEW_TIME, claim_row, fold
from factually.donations.steps import AttemptKind, Instruction, ReleaseReason
from factually.independence.outcomes import Outcome
from factually.independence.screening import Clearance, clearance
from factually.independence.subjects import Stage

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from factually.donations.intents import CardFacts, IntentSnapshot
    from factually.donations.models import Gift
    from factually.donations.monthly.models import MonthlyGift
    from factually.donations.monthly.snapshots import InvoiceSnapshot, SetupSnapshot, SubscriptionSnapshot
    from factually.donations.progress import Step
    from factually.donations.receipts import DonorPost


@dataclass(frozen=True, kw_only=True)
class Look:
    """What Stripe says about one month's charge at one moment; None where there is nothing to look at.

    Attributes:
        setup: The first card's set-up, until the subscription exists.
        card: The card that is to be charged.
        invoice: The month's invoice.
        intent: The PaymentIntent that pays it.
    """

    setup: SetupSnapshot | None = None
    card: CardFacts | None = None
    invoice: InvoiceSnapshot | None = None
    intent: IntentSnapshot | None = None


class ChargeStep(StrEnum):
    """A call that moves a month's charge on."""

    SUBSCRIBE = "subscribe"
    PAY = "pay"
    VOID = "void"


@dataclass(frozen=True, kw_only=True)
class ChargeCall:
    """A call to make after the commit, with its row."""

    attempt_id: uuid.UUID
    step: ChargeStep
    gift_id: uuid.UUID
    invoice_id: str | None
    idempotency_key: str


def fold_charge(
    session: Session, gift_id: uuid.UUID, look: Look, *, post: DonorPost, step: Step
) -> ChargeCall | None:
    """Apply one fresh look at Stripe to a month's gift.

    Args:
        session: Transaction of the caller.
        gift_id: The gift.
        look: What Stripe says, fetched just before.
        post: Writes the letters that the donor is owed for each change.
        step: Who looks, and when.

    Returns:
        The call to make after the commit, or None.
    """
    gift = lock_gift(session, gift_id)
    monthly = lock_monthly(session, _monthly_id(gift))
    if look.intent is not None and look.intent.status is IntentStatus.SUCCEEDED:
        gift.payment_intent_id = look.intent.id
        fold(session, gift_id, look.intent, post=post, step=step)
        return None
    if gift.state in TAKEN_STATES | CLOSED:
        return None
    if look.setup is not None and look.setup.status is SetupStatus.SUCCEEDED:
        monthly.payment_method_id = monthly.payment_method_id or look.setup.payment_method_id
        advance(session, gift, Fact.AUTHORISED, step=step)
    if gift.state == GiftState.AUTHORISED and gift.instruction is None:
        _screen(session, gift, look, post=post, step=step)
    if _failed_at_the_start(look, monthly):
        tell_monthly(
            session, end_monthly(session, monthly, EndReason.CARD_FAILED, step=step), post=post, now=step.now
        )
    elif look.intent is not None and not _is_calling(session, gift, step=step):
        follow_question(session, gift, look, post=post, step=step)
    return _next_call(session, gift, look, post=post, step=step)


def note_start(
    session: Session, gift_id: uuid.UUID, subscription: SubscriptionSnapshot, *, step: Step
) -> None:
    """Write down the subscription that a first month's charge began, unless that is known."""
    gift = lock_gift(session, gift_id)
    monthly = lock_monthly(session, _monthly_id(gift))
    if monthly.subscription_id is None:
        monthly.subscription_id = subscription.id
        monthly.next_charge_at = subscription.next_charge_at
        advance_monthly(session, monthly, MonthlyFact.STARTED, step=step)
        tell_stripe(session, monthly)
    if gift.invoice_id is None:
        gift.invoice_id = subscription.invoice_id


def _monthly_id(gift: Gift) -> uuid.UUID:
    if gift.monthly_gift_id is None:
        raise ValueError(f"gift {gift.id} is no month of a monthly gift")
    return gift.monthly_gift_id


def _failed_at_the_start(look: Look, monthly: MonthlyGift) -> bool:
    """Tell whether the first month of a subscription is declined, or was not paid before it expired."""
    if look.setup is None or look.invoice is None or monthly.state == MonthlyState.PLEDGED:
        return False
    declined = look.intent is not None and look.intent.status is IntentStatus.REQUIRES_PAYMENT_METHOD
    return declined or look.invoice.status is InvoiceStatus.VOID


def _screen(session: Session, gift: Gift, look: Look, *, post: DonorPost, step: Step) -> None:
    stage = Stage.AFTER_AUTHORISATION if look.setup is not None else Stage.RENEWAL
    card = look.card if look.setup is None else look.setup.card
    subject = screening_subject(gift, stage=stage, card=card, keyring=post.keyring)
    outcome = screen_gift(session, gift, subject, keyring=post.keyring, now=step.now).outcome
    if outcome is Outcome.REFUSE:
        instruct(gift, Instruction.RELEASE, ReleaseReason.REFUSED_BY_POLICY, step=step)
    elif outcome is Outcome.ALLOW and clearance(session, gift.id) is Clearance.CLEARED:
        instruct(gift, Instruction.CAPTURE, None, step=step)
    else:
        gift.review_deadline = step.now + REVIEW_TIME
        advance(session, gift, Fact.HELD, step=step)
        post.tell(session, gift, now=step.now)


def _next_call(session: Session, gift: Gift, look: Look, *, post: DonorPost, step: Step) -> ChargeCall | None:
    """Claim the call that a locked month's gift asks for.

    Money is collected only on a recorded clearance, read in this very transaction (DESIGN 2, promise 1), and
    only while the monthly gift goes on: a pause, a doubt or an end that is committed stops it.
    """
    monthly = lock_monthly(session, _monthly_id(gift))
    if _is_stopped(session, gift, look, monthly):
        return _close(session, gift, look, post=post, step=step)
    if gift.instruction is None or monthly.state not in CHARGING:
        return None
    if look.invoice is None:
        if monthly.subscription_id is not None:
            # It began since this look, by another process: whoever looks next sees its invoice.
            return None
        return _claim(session, gift, ChargeStep.SUBSCRIBE, f"sub:{monthly.id}", step=step)
    waits = monthly.retry_at is not None and monthly.retry_at > step.now
    if look.setup is not None or waits or monthly.synced_revision < monthly.revision:
        # A first month waits for its donor to confirm with the bank, a failed one for its next try, and each
        # for Stripe to know which card it is taken from.
        return None
    return _claim(session, gift, ChargeStep.PAY, f"pay:{look.invoice.id}", step=step)


def _is_stopped(session: Session, gift: Gift, look: Look, monthly: MonthlyGift) -> bool:
    """Tell whether a month is not to be charged any more, or can't be.

    A later screening, of another card perhaps, may have taken back that it may be; while the monthly gift is
    suspended that waits for a person.
    """
    if gift.instruction == Instruction.RELEASE or monthly.state == MonthlyState.ENDED:
        return True
    if look.invoice is not None and look.invoice.status not in UNPAID:
        return True
    if gift.instruction is None or monthly.state == MonthlyState.SUSPENDED:
        return False
    return monthly.state == MonthlyState.PAUSED or clearance(session, gift.id) is not Clearance.CLEARED


def _close(session: Session, gift: Gift, look: Look, *, post: DonorPost, step: Step) -> ChargeCall | None:
    """Make sure that no money can come any more, then end the month's gift."""
    if look.invoice is not None and look.invoice.status in UNPAID:
        return _claim(session, gift, ChargeStep.VOID, f"void:{look.invoice.id}", step=step)
    if look.invoice is None and _is_calling(session, gift, step=step):
        return None
    by_us = gift.instruction == Instruction.RELEASE
    if gift.state in {GiftState.AUTHORISED, GiftState.HELD}:
        fact = Fact.RELEASED if by_us else Fact.LAPSED
    else:
        fact = Fact.ABANDONED
    if advance(session, gift, fact, step=step):
        post.tell(session, gift, now=step.now)
    return None


def _is_calling(session: Session, gift: Gift, *, step: Step) -> bool:
    """Tell whether somebody may still be waiting for what became of a call that charges this month."""
    query = select(PaymentAttempt.id).where(
        PaymentAttempt.gift_id == gift.id,
        PaymentAttempt.kind == AttemptKind.CAPTURE.value,
        PaymentAttempt.outcome.is_(None),
        PaymentAttempt.lease_until > step.now,
    )
    return session.execute(query).first() is not None


def _claim(session: Session, gift: Gift, wanted: ChargeStep, key: str, *, step: Step) -> ChargeCall:
    kind = AttemptKind.RELEASE if wanted is ChargeStep.VOID else AttemptKind.CAPTURE
    attempt = claim_row(session, gift, kind, key, step=step)
    settle_soon(session, gift.id, at=attempt.lease_until)
    return ChargeCall(
        attempt_id=attempt.id,
        step=wanted,
        gift_id=gift.id,
        invoice_id=gift.invoice_id,
        idempotency_key=attempt.idempotency_key,
    )
