"""Money in doubt that a person decided to return goes back by the same path as any refund (DS27)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import exists, func, select

from factually.audit.journal import SYSTEM, JournalEntry, record
from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.donations.models import Gift
from factually.donations.progress import lock_gift
from factually.donations.refunds.asking import (
    RefundRequest,
    ask_for_refund,
    bank_has_money,
    left_to_refund,
)
from factually.donations.refunds.models import Refund, RefundCause
from factually.independence.rescreening.models import Remedy, RescreeningCase, RescreeningDecision
from factually.independence.rescreening.queries import cases_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.foundation.money import Money

_OVERDUE: Final = "gift.return_overdue"
_LOG = structlog.get_logger(__name__)
_WITH_US: Final = [state.value for state in TAKEN_STATES - {GiftState.REFUNDED, GiftState.LOST}]


def return_gift(
    session: Session, gift_id: uuid.UUID, *, second_from: Money, keyring: Keyring, now: datetime
) -> uuid.UUID | None:
    """Write down the refund that a person's decision asks for, once for each decision.

    Returns:
        The refund's id; None where nobody decided so, nothing is left, or a bank has the money: then the
        sweep comes back to it.
    """
    gift = lock_gift(session, gift_id)
    decided = [
        case
        for case in cases_of(session, gift.id, keyring=keyring)
        if case.decision is not None and case.decision.returns
    ]
    left = left_to_refund(session, gift)
    if not decided or left.minor <= 0 or bank_has_money(session, gift):
        return None
    latest = max(decided, key=lambda case: (case.opened_at, case.id))
    if latest.decision is None or _was_asked(session, latest.id):
        return None
    request = RefundRequest(
        key=latest.id,
        amount=left,
        reason=latest.decision.reason,
        requested_by=latest.decision.reviewer_id,
        second_from=second_from,
        cause=RefundCause.POLICY,
    )
    return ask_for_refund(session, gift.id, request, keyring=keyring, now=now)


def return_what_waits(session: Session, *, second_from: Money, keyring: Keyring, now: datetime) -> int:
    """Ask for the refund of each gift that was to go back and could not, and return how many were asked."""
    waiting = session.scalars(
        select(Gift.id)
        .join(RescreeningCase, RescreeningCase.gift_id == Gift.id)
        .join(RescreeningDecision, RescreeningDecision.case_id == RescreeningCase.id)
        .where(
            Gift.state.in_(_WITH_US),
            Gift.captured_minor > Gift.refunded_minor,
            RescreeningDecision.remedy == Remedy.RETURN.value,
            ~exists().where(Refund.gift_id == Gift.id, Refund.cause == RefundCause.POLICY.value),
        )
        .distinct()
    ).all()
    asked = (
        return_gift(session, gift_id, second_from=second_from, keyring=keyring, now=now)
        for gift_id in waiting
    )
    return sum(refund_id is not None for refund_id in asked)


def overdue_returns(session: Session | Connection, *, now: datetime) -> Sequence[uuid.UUID]:
    """Return the gifts whose money in doubt is still here after the 30 days (DS27)."""
    query = (
        select(Gift.id)
        .join(RescreeningCase, RescreeningCase.gift_id == Gift.id)
        .outerjoin(RescreeningDecision, RescreeningDecision.case_id == RescreeningCase.id)
        .where(
            Gift.state.in_(_WITH_US),
            Gift.captured_minor > Gift.refunded_minor,
            RescreeningCase.return_by <= now,
            func.coalesce(RescreeningDecision.remedy, Remedy.RETURN.value) == Remedy.RETURN.value,
        )
        .distinct()
    )
    return session.execute(query).scalars().all()


def alarm_overdue(session: Session, *, now: datetime) -> int:
    """Raise the alarm, once a gift, for money in doubt that is here after 30 days; return how many are."""
    late = overdue_returns(session, now=now)
    for gift_id in late:
        subject = f"gift:{gift_id}"
        told = select(JournalEntry.id).where(JournalEntry.subject == subject, JournalEntry.event == _OVERDUE)
        if session.execute(told.limit(1)).first() is None:
            _LOG.error("gift.return_overdue", gift=str(gift_id))
            record(session, actor=SYSTEM, event=_OVERDUE, subject=subject, now=now)
    return len(late)


def _was_asked(session: Session, key: uuid.UUID) -> bool:
    return session.execute(select(exists().where(Refund.request_key == key))).scalar_one()
