"""What a month's gift means for the monthly gift it belongs to; part of each step that a gift takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.donations.lifecycle import Fact, GiftState
from factually.donations.monthly.lifecycle import EndReason, MonthlyFact, MonthlyState
from factually.donations.monthly.progress import advance_monthly, end_monthly, lock_monthly
from factually.donations.steps import ReleaseReason

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from factually.donations.models import Gift
    from factually.donations.progress import Step

REFUSALS: Final = frozenset({ReleaseReason.REFUSED_BY_POLICY, ReleaseReason.REFUSED_BY_REVIEWER})
CLOSED: Final = frozenset({GiftState.REFUSED, GiftState.RELEASED, GiftState.EXPIRED, GiftState.FAILED})
"""States in which a month's gift is over and brought nothing."""


def follow_charge(session: Session, gift: Gift, fact: Fact, *, step: Step) -> None:
    """Carry a step of a locked gift over to its monthly gift, if it has one.

    A month that was paid ends the dunning. A first month that brought nothing ends the monthly gift, and a
    refusal ends it in any month.
    """
    if gift.monthly_gift_id is None:
        return
    if fact is Fact.CAPTURED:
        monthly = lock_monthly(session, gift.monthly_gift_id)
        monthly.failures, monthly.retry_at = 0, None
        advance_monthly(session, monthly, MonthlyFact.CHARGE_PAID, step=step)
    elif gift.state in CLOSED:
        monthly = lock_monthly(session, gift.monthly_gift_id)
        refused = gift.state == GiftState.REFUSED or gift.release_reason in REFUSALS
        if refused or monthly.state == MonthlyState.PLEDGED:
            reason = EndReason.REFUSED if refused else EndReason.NOT_STARTED
            end_monthly(session, monthly, reason, step=step)
