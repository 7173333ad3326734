"""Moves a monthly gift along its lifecycle: one locked row, one event a step, Stripe told afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.audit.journal import record
from factually.donations.monthly.lifecycle import EndReason, MonthlyFact, MonthlyState, decide
from factually.donations.monthly.models import MonthlyEvent, MonthlyGift
from factually.foundation.errors import NotFound
from factually.jobs.queue import defer

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from factually.donations.progress import Step

SYNC: Final = "donations.sync_monthly"
"""Name of the job that brings the subscription at Stripe to what our row says."""


def lock_monthly(session: Session, monthly_id: uuid.UUID) -> MonthlyGift:
    """Return the monthly gift with its row locked, as it is now.

    Whoever locks a gift of one of its months as well does that first: never the other way round.

    Raises:
        NotFound: No such monthly gift.
    """
    query = select(MonthlyGift).where(MonthlyGift.id == monthly_id).with_for_update(key_share=True)
    found = session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no monthly gift at this address.")
    return found


def advance_monthly(
    session: Session, monthly: MonthlyGift, fact: MonthlyFact, *, step: Step
) -> MonthlyEvent | None:
    """Tell a locked monthly gift a fact, and return the step that it made of it, None where it made none."""
    new_state = decide(MonthlyState(monthly.state), fact)
    if new_state is None:
        return None
    return _note(session, monthly, fact.value, new_state, step=step)


def note_pledge(session: Session, monthly: MonthlyGift, *, step: Step) -> None:
    """Begin a monthly gift's history."""
    _note(session, monthly, MonthlyState.PLEDGED.value, MonthlyState.PLEDGED, step=step)


def end_monthly(
    session: Session, monthly: MonthlyGift, reason: EndReason, *, step: Step
) -> MonthlyEvent | None:
    """End a locked monthly gift: from this transaction on nothing of it is charged, whatever Stripe knows.

    Returns:
        The step, None where it had ended before.
    """
    if monthly.state == MonthlyState.ENDED.value:
        return None
    monthly.end_reason = reason.value
    monthly.failures, monthly.retry_at, monthly.next_charge_at = 0, None, None
    event = advance_monthly(session, monthly, MonthlyFact.ENDED, step=step)
    record(
        session,
        actor=step.actor,
        event="monthly.ended",
        subject=f"monthly:{monthly.id}",
        now=step.now,
        details={"reason": reason.value},
    )
    tell_stripe(session, monthly)
    return event


def tell_stripe(session: Session, monthly: MonthlyGift) -> None:
    """Note that Stripe must learn of a change of a locked monthly gift, and queue it."""
    monthly.revision += 1
    session.flush()
    sync_soon(session, monthly.id)


def sync_soon(session: Session, monthly_id: uuid.UUID) -> None:
    """Queue that the subscription is brought to what our row says."""
    defer(session, SYNC, queueing_lock=f"{SYNC}:{monthly_id}", monthly_id=str(monthly_id))


def _note(
    session: Session, monthly: MonthlyGift, fact: str, new_state: MonthlyState, *, step: Step
) -> MonthlyEvent:
    event = MonthlyEvent(
        monthly_gift_id=monthly.id,
        at=step.now,
        fact=fact,
        from_state=None if fact == MonthlyState.PLEDGED.value else monthly.state,
        to_state=new_state.value,
        amount_minor=monthly.amount_minor,
        actor_kind=step.actor.kind,
        actor_id=step.actor.id,
    )
    session.add(event)
    monthly.state = new_state.value
    monthly.updated_at = step.now
    session.flush()
    return event
