"""What a donor does with a monthly gift: pause, resume, change the amount, cancel; each twice is once.

It counts from the transaction on that keeps it, since nothing is collected without asking our row. Stripe is
told afterwards, by a job of the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.donations.monthly.letters import latest_month, tell_monthly
from factually.donations.monthly.lifecycle import UNDER_WAY, EndReason, MonthlyFact, MonthlyState
from factually.donations.monthly.progress import advance_monthly, end_monthly, lock_monthly, tell_stripe
from factually.donations.progress import instruct, lock_gift, settle_soon
from factually.donations.steps import Instruction, ReleaseReason
from factually.foundation.errors import Conflict

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from factually.donations.monthly.models import MonthlyEvent, MonthlyGift
    from factually.donations.progress import Step
    from factually.donations.receipts import DonorPost
    from factually.foundation.money import Money


def pause(session: Session, monthly_id: uuid.UUID, *, post: DonorPost, step: Step) -> None:
    """Leave out all months from now on, also one whose charge has not found money yet.

    Raises:
        Conflict: It has not begun, is over, or we have paused it ourselves.
    """
    monthly = lock_monthly(session, monthly_id)
    if monthly.state == MonthlyState.PAUSED:
        return
    _check_steerable(monthly)
    monthly.paused_by_donor = True
    monthly.failures, monthly.retry_at = 0, None
    _done(session, monthly, advance_monthly(session, monthly, MonthlyFact.PAUSED, step=step), post, step)


def resume(session: Session, monthly_id: uuid.UUID, *, post: DonorPost, step: Step) -> None:
    """Go on with the next month; those that were left out stay so.

    Raises:
        Conflict: It has not begun, is over, or we have paused it ourselves.
    """
    monthly = lock_monthly(session, monthly_id)
    _check_steerable(monthly)
    if monthly.state != MonthlyState.PAUSED:
        return
    monthly.paused_by_donor = False
    _done(session, monthly, advance_monthly(session, monthly, MonthlyFact.RESUMED, step=step), post, step)


def change_amount(
    session: Session, monthly_id: uuid.UUID, amount: Money, *, post: DonorPost, step: Step
) -> None:
    """Ask for another amount from the next month on, which is screened with that amount before it is taken.

    Raises:
        Conflict: It has not begun, is over, or we have paused it ourselves; or it is in another currency.
    """
    monthly = lock_monthly(session, monthly_id)
    _check_steerable(monthly)
    if amount.currency != monthly.currency:
        raise Conflict(f"A monthly gift stays in its currency, {monthly.currency}.")
    if amount.minor == monthly.amount_minor:
        return
    monthly.amount_minor = amount.minor
    event = advance_monthly(session, monthly, MonthlyFact.AMOUNT_CHANGED, step=step)
    _done(session, monthly, event, post, step)


def cancel(
    session: Session,
    monthly_id: uuid.UUID,
    *,
    post: DonorPost,
    step: Step,
    reason: EndReason = EndReason.CANCELLED,
) -> None:
    """End a monthly gift at its donor's wish, before its first month is taken too.

    Raises:
        Conflict: The first month is being taken at this moment.
    """
    month = lock_gift(session, latest_month(session, monthly_id).id)
    monthly = lock_monthly(session, monthly_id)
    if monthly.state == MonthlyState.PLEDGED:
        if month.instruction == Instruction.CAPTURE:
            raise Conflict("The first month is just being taken. Please try again in a minute.")
        instruct(month, Instruction.RELEASE, ReleaseReason.ABANDONED, step=step)
        settle_soon(session, month.id)
        return
    tell_monthly(session, end_monthly(session, monthly, reason, step=step), post=post, now=step.now)


def _check_steerable(monthly: MonthlyGift) -> None:
    if monthly.state not in UNDER_WAY:
        over = monthly.state == MonthlyState.ENDED
        raise Conflict("This monthly gift has ended." if over else "This monthly gift has not begun yet.")
    if monthly.state == MonthlyState.SUSPENDED:
        raise Conflict("We have paused this monthly gift until a person has looked. You can cancel it.")


def _done(
    session: Session, monthly: MonthlyGift, event: MonthlyEvent | None, post: DonorPost, step: Step
) -> None:
    tell_stripe(session, monthly)
    tell_monthly(session, event, post=post, now=step.now)
