"""Finds monthly gifts that nobody is moving: tries that are due, months without a gift, changes untold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, select

from factually.donations.models import Gift
from factually.donations.monthly.lifecycle import MonthlyState
from factually.donations.monthly.models import MonthlyGift
from factually.donations.monthly.progress import sync_soon
from factually.jobs.queue import defer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LOOK: Final = "donations.look_for_months"
"""Name of the job that looks for months which no event told us of."""
OVERDUE: Final = timedelta(hours=1)
"""An event has had several turns by then."""
_BATCH: Final = 200


def months_that_wait(now: datetime) -> ColumnElement[bool]:
    """Tell which gifts wait for a day or a person: charges that failed, and those of suspended donors."""
    waiting = select(MonthlyGift.id).where(
        (MonthlyGift.retry_at > now) | (MonthlyGift.state == MonthlyState.SUSPENDED.value)
    )
    return Gift.monthly_gift_id.is_not(None) & Gift.monthly_gift_id.in_(waiting)


def look_for_months(session: Session, *, now: datetime) -> int:
    """Queue a look at each monthly gift whose next month should have come, and return how many."""
    going_on = sorted(state.value for state in (MonthlyState.ACTIVE, MonthlyState.PAST_DUE))
    query = select(MonthlyGift.id).where(
        MonthlyGift.state.in_(going_on), MonthlyGift.next_charge_at <= now - OVERDUE
    )
    late = session.scalars(query.order_by(MonthlyGift.next_charge_at).limit(_BATCH)).all()
    for monthly_id in late:
        defer(session, LOOK, queueing_lock=f"{LOOK}:{monthly_id}", monthly_id=str(monthly_id))
    return len(late)


def sync_untold(session: Session) -> int:
    """Queue each monthly gift that Stripe does not know the latest of, and return how many."""
    query = select(MonthlyGift.id).where(MonthlyGift.synced_revision < MonthlyGift.revision)
    untold = session.scalars(query.order_by(MonthlyGift.updated_at).limit(_BATCH)).all()
    for monthly_id in untold:
        sync_soon(session, monthly_id)
    return len(untold)
