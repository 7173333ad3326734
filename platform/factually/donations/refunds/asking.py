"""Asking for a refund, and the second person's word on it: rows first, Stripe afterwards (DS33)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from factually.audit.journal import Actor, record
from factually.donations.aftermath import SPOKEN_FOR, UNREFUNDABLE, RefundState
from factually.donations.conversion import FIXED_RATES
from factually.donations.currencies import accepted, check_step
from factually.donations.disputes.following import dispute_statuses
from factually.donations.lifecycle import TAKEN_STATES
from factually.donations.progress import lock_gift
from factually.donations.refunds.models import Refund, RefundCause, reason_place
from factually.donations.refunds.sending import send_soon
from factually.foundation.errors import Conflict, Forbidden, InvalidInput, NotFound
from factually.foundation.identifiers import new_id
from factually.foundation.money import Money
from factually.independence.reviewing import LONGEST_REASON, SHORTEST_REASON

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.models import Gift
    from factually.foundation.crypto import Keyring

DISPUTED: Final = (
    "The donor's bank has disputed this gift, and the payment provider refuses a refund beside a dispute: "
    "the money would go back twice. Answer the dispute, or let it go."
)


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    """What an auditor asks for.

    Attributes:
        key: Of the form, or of the case that was decided; the same key is the same refund.
        amount: At most what is left of the gift.
        reason: At least ten characters; kept sealed.
        requested_by: The account.
        second_from: From these dollars on, or what counts as them, a second person has to approve (DS33).
            What was given back of the same gift without one counts with it.
    """

    key: uuid.UUID
    amount: Money
    reason: str
    requested_by: uuid.UUID
    second_from: Money
    cause: RefundCause = RefundCause.REQUEST


def left_to_refund(session: Session, gift: Gift) -> Money:
    """Return what of a gift can still be given back, less what is already on its way."""
    if gift.state not in TAKEN_STATES:
        return Money(0, gift.currency)
    spoken_for = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.gift_id == gift.id, Refund.state.in_([state.value for state in SPOKEN_FOR])
    )
    return Money(gift.captured_minor - int(session.execute(spoken_for).scalar_one()), gift.currency)


def bank_has_money(session: Session, gift: Gift) -> bool:
    """Tell whether a dispute stands in the way of a refund."""
    return not UNREFUNDABLE.isdisjoint(dispute_statuses(session, gift))


def least_for_second(second_from: Money, currency: str) -> Money:
    """Return the smallest refund of a currency that a second person has to approve, in steps banks know.

    Args:
        second_from: See `RefundRequest`.
        currency: Of the gift.
    """
    least = FIXED_RATES.least_reaching(second_from, currency)
    step = accepted(currency).step_minor
    return Money(-(-least.minor // step) * step, currency)


def ask_for_refund(
    session: Session, gift_id: uuid.UUID, request: RefundRequest, *, keyring: Keyring, now: datetime
) -> uuid.UUID:
    """Write a refund down; it is sent after the commit, or waits for a second person.

    Returns:
        The refund's id; of the first one where the same request comes twice.

    Raises:
        NotFound: No such gift.
        InvalidInput: The reason is too short, or the amount more than is left.
        Conflict: Nothing is left to give back, or a bank has the money.
    """
    gift = lock_gift(session, gift_id)
    known = session.execute(
        select(Refund.id).where(Refund.request_key == request.key, Refund.gift_id == gift.id)
    ).scalar_one_or_none()
    if known is not None:
        return known
    reason = request.reason.strip()
    _check(session, gift, request.amount, reason)
    refund_id = new_id()
    together = request.amount + _given_back_alone(session, gift)
    second = FIXED_RATES.in_dollars(together) >= request.second_from
    session.execute(
        insert(Refund).values(
            id=refund_id,
            gift_id=gift.id,
            request_key=request.key,
            amount_minor=request.amount.minor,
            currency=request.amount.currency,
            cause=request.cause.value,
            reason=keyring.encrypt(reason, reason_place(refund_id)),
            requested_by=request.requested_by,
            requested_at=now,
            needs_second=second,
            state=(RefundState.PROPOSED if second else RefundState.APPROVED).value,
            round=1,
            sends=0,
            updated_at=now,
        )
    )
    if not second:
        send_soon(session, refund_id)
    _journal(session, gift.id, refund_id, ("refund.requested", request.requested_by), now=now)
    return refund_id


def judge_refund(
    session: Session, refund_id: uuid.UUID, *, approve: bool, judged_by: uuid.UUID, now: datetime
) -> uuid.UUID:
    """Approve or decline a refund that waits for a second person, and return its gift's id.

    Raises:
        NotFound: No such refund.
        Forbidden: The same person asked for it.
        Conflict: Somebody has decided, or a bank has the money by now.
    """
    gift_id = session.execute(select(Refund.gift_id).where(Refund.id == refund_id)).scalar_one_or_none()
    if gift_id is None:
        raise NotFound("There is no refund at this address.")
    gift = lock_gift(session, gift_id)
    refund = session.get_one(Refund, refund_id, populate_existing=True)
    if refund.state != RefundState.PROPOSED.value:
        raise Conflict("Somebody has decided this refund already.")
    if refund.requested_by == judged_by:
        raise Forbidden("You asked for this refund. Another person has to approve it.")
    if approve and bank_has_money(session, gift):
        raise Conflict(DISPUTED)
    refund.state = (RefundState.APPROVED if approve else RefundState.DECLINED).value
    refund.judged_by = judged_by
    refund.judged_at = now
    refund.updated_at = now
    session.flush()
    if approve:
        send_soon(session, refund_id)
    event = "refund.approved" if approve else "refund.declined"
    _journal(session, gift.id, refund_id, (event, judged_by), now=now)
    return gift.id


def _given_back_alone(session: Session, gift: Gift) -> Money:
    """Return what auditors gave back of a gift, or are giving back, each without a second person."""
    alone = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.gift_id == gift.id,
        Refund.requested_by.is_not(None),
        Refund.needs_second.is_(False),
        Refund.state.in_([state.value for state in SPOKEN_FOR]),
    )
    return Money(int(session.execute(alone).scalar_one()), gift.currency)


def _check(session: Session, gift: Gift, amount: Money, reason: str) -> None:
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise InvalidInput(
            f"Give your reason in {SHORTEST_REASON} to {LONGEST_REASON:,} characters.", field="reason"
        )
    if bank_has_money(session, gift):
        raise Conflict(DISPUTED)
    left = left_to_refund(session, gift)
    if left.minor <= 0:
        raise Conflict("Nothing of this gift is left to give back.")
    if amount.currency != left.currency or not 0 < amount.minor <= left.minor:
        raise InvalidInput(
            f"Enter an amount up to {left}, which is what is left of this gift.", field="amount"
        )
    check_step(amount)


def _journal(
    session: Session, gift_id: uuid.UUID, refund_id: uuid.UUID, act: tuple[str, uuid.UUID], *, now: datetime
) -> None:
    event, account_id = act
    record(
        session,
        actor=Actor("account", str(account_id)),
        event=event,
        subject=f"gift:{gift_id}",
        now=now,
        details={"refund": str(refund_id)},
    )
