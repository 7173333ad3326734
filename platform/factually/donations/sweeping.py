"""Finds gifts that nobody is moving: holds past their deadline, forms left open, deaths between two steps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, or_, select

from factually.donations.giving import attempt_under_way, give_up
from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift
from factually.donations.monthly.sweeping import months_that_wait
from factually.donations.progress import Step, instruct, settle_soon
from factually.donations.settling import RELEASE_BEFORE_LAPSE
from factually.donations.steps import Instruction, ReleaseReason

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PLEDGE_LIFETIME: Final = timedelta(hours=24)
STUCK_AFTER: Final = timedelta(minutes=5)
_BATCH: Final = 200


def release_overdue(session: Session, *, step: Step) -> int:
    """Let go of each hold that nobody decided in time, never capture it, and return how many.

    At the latest a day before the bank lets go by itself, whatever the gift waits for (DS26).
    """
    overdue = (Gift.state == GiftState.HELD.value) & (Gift.review_deadline <= step.now)
    holds = Gift.state.in_([GiftState.AUTHORISED.value, GiftState.HELD.value])
    lapsing = holds & (Gift.capture_before <= step.now + RELEASE_BEFORE_LAPSE)
    gifts = _claimed(session, (overdue | lapsing) & Gift.instruction.is_(None))
    for gift in gifts:
        instruct(gift, Instruction.RELEASE, ReleaseReason.NOT_DECIDED_IN_TIME, step=step)
        settle_soon(session, gift.id)
    return len(gifts)


def give_up_abandoned(session: Session, *, step: Step) -> int:
    """End each gift whose donor never paid within a day, and return how many."""
    waiting = Gift.state.in_([GiftState.PLEDGED.value, GiftState.AUTHORISING.value])
    gifts = _claimed(
        session,
        waiting & Gift.instruction.is_(None) & (Gift.updated_at <= step.now - PLEDGE_LIFETIME),
    )
    for gift in gifts:
        if attempt_under_way(session, gift):
            settle_soon(session, gift.id)
        else:
            give_up(session, gift, step=step)
    return len(gifts)


def settle_stuck(session: Session, *, now: datetime) -> int:
    """Queue each gift that stands between two steps, and return how many."""
    between = Gift.state.in_([GiftState.AUTHORISING.value, GiftState.AUTHORISED.value])
    decided = (Gift.state == GiftState.HELD.value) & Gift.instruction.is_not(None)
    stuck = or_(between, decided) & (Gift.updated_at <= now - STUCK_AFTER) & ~months_that_wait(now)
    gifts = _claimed(session, stuck)
    for gift in gifts:
        settle_soon(session, gift.id)
    return len(gifts)


def _claimed(session: Session, condition: ColumnElement[bool]) -> list[Gift]:
    query = select(Gift).where(condition).order_by(Gift.updated_at).limit(_BATCH)
    return list(session.execute(query.with_for_update(skip_locked=True)).scalars())
