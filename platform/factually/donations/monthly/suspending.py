"""Stops what goes on by itself for a donor who came into doubt, and lets it go on or ends it (rule DS28)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.donations.lifecycle import UNDER_WAY_STATES
from factually.donations.models import Gift
from factually.donations.monthly.letters import tell_later
from factually.donations.monthly.lifecycle import UNDER_WAY, EndReason, MonthlyFact, MonthlyState
from factually.donations.monthly.models import MonthlyGift
from factually.donations.monthly.progress import advance_monthly, end_monthly, lock_monthly, tell_stripe
from factually.donations.progress import settle_soon
from factually.independence.rescreening.models import Remedy, RescreeningCase, RescreeningDecision

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from factually.donations.monthly.models import MonthlyEvent
    from factually.donations.progress import Step


def suspend(session: Session, gift: Gift, *, step: Step) -> None:
    """Stop all monthly gifts of a locked gift's donor: from this transaction on none of them is charged.

    A draft that was made before waits as it is; one that comes meanwhile is left out.
    """
    for monthly_id in _of_donor(session, gift):
        monthly = lock_monthly(session, monthly_id)
        _done(session, monthly, advance_monthly(session, monthly, MonthlyFact.SUSPENDED, step=step))


def follow_ruling(session: Session, gift: Gift, remedy: Remedy, *, step: Step) -> None:
    """Carry a person's ruling on a locked gift in doubt over to its donor's monthly gifts.

    Money that goes back ends them. They go on once no gift of the donor is in doubt any more, paused where
    the donor had paused them.
    """
    for monthly_id in _of_donor(session, gift):
        monthly = lock_monthly(session, monthly_id)
        if remedy is Remedy.RETURN:
            _done(session, monthly, end_monthly(session, monthly, EndReason.REFUSED, step=step))
        elif not _in_doubt(session, gift):
            _clear(session, monthly, step=step)


def open_months(session: Session, monthly_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Return the gifts of months that may still become money."""
    query = select(Gift.id).where(
        Gift.monthly_gift_id == monthly_id, Gift.state.in_(sorted(state.value for state in UNDER_WAY_STATES))
    )
    return session.scalars(query.order_by(Gift.created_at)).all()


def _clear(session: Session, monthly: MonthlyGift, *, step: Step) -> None:
    if monthly.state != MonthlyState.SUSPENDED:
        return
    event = advance_monthly(session, monthly, MonthlyFact.CLEARED, step=step)
    if monthly.paused_by_donor:
        advance_monthly(session, monthly, MonthlyFact.PAUSED, step=step)
    _done(session, monthly, event)
    for month in open_months(session, monthly.id):
        settle_soon(session, month)


def _done(session: Session, monthly: MonthlyGift, event: MonthlyEvent | None) -> None:
    if event is None:
        return
    tell_stripe(session, monthly)
    tell_later(session, event)


def _of_donor(session: Session, gift: Gift) -> Sequence[uuid.UUID]:
    going_on = sorted(state.value for state in UNDER_WAY)
    query = select(MonthlyGift.id).where(
        MonthlyGift.email_index == gift.email_index, MonthlyGift.state.in_(going_on)
    )
    return session.scalars(query.order_by(MonthlyGift.id)).all()


def _in_doubt(session: Session, gift: Gift) -> bool:
    decided = select(RescreeningDecision.case_id)
    query = (
        select(RescreeningCase.id)
        .join(Gift, Gift.id == RescreeningCase.gift_id)
        .where(Gift.email_index == gift.email_index, RescreeningCase.id.not_in(decided))
    )
    return session.execute(query.limit(1)).first() is not None
