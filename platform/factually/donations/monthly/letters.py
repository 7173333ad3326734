"""Letters about a monthly gift, one for each step that its donor is owed word of; receipts are its gifts'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.donations.models import Gift
from factually.donations.monthly.lifecycle import MonthlyFact
from factually.donations.monthly.models import MonthlyEvent, MonthlyGift
from factually.donations.monthly.terms import FIRST_MONTH_OPEN
from factually.donations.receipts import Wording
from factually.foundation.money import Money
from factually.jobs.queue import defer

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.receipts import DonorPost

TELL: Final = "donations.tell_monthly"
"""Name of the job that writes a letter."""
_KEY: Final = "monthly-news"
_SUBJECTS: Final = {
    MonthlyFact.AMOUNT_CHANGED: "Your monthly gift is now {amount}",
    MonthlyFact.BANK_ASKED: "Please confirm your monthly gift of {amount} with your bank",
    MonthlyFact.CARD_CHANGED: "Your monthly gift has another card",
    MonthlyFact.CHARGE_FAILED: "Your card did not pay your monthly gift of {amount}",
    MonthlyFact.CLEARED: "Your monthly gift of {amount} goes on",
    MonthlyFact.ENDED: "Your monthly gift of {amount} has ended",
    MonthlyFact.PAUSED: "Your monthly gift of {amount} is paused",
    MonthlyFact.RESUMED: "Your monthly gift of {amount} goes on",
    MonthlyFact.SUSPENDED: "We have paused your monthly gift of {amount}",
}


def tell_monthly(session: Session, event: MonthlyEvent | None, *, post: DonorPost, now: datetime) -> None:
    """Queue the letter that a step of a monthly gift calls for, if there is a step and a letter."""
    subject = None if event is None else _SUBJECTS.get(MonthlyFact(event.fact))
    if event is None or subject is None:
        return
    monthly = session.get_one(MonthlyGift, event.monthly_gift_id)
    wording = Wording(key=f"{_KEY}:{event.id}", template="monthly/news", subject=subject)
    facts = {
        "amount": Money(monthly.amount_minor, monthly.currency),
        "event": event,
        "monthly": monthly,
        "manage_address": post.manage_address(monthly, now),
        "confirm_until": _first_month_open_until(session, monthly),
    }
    post.write(session, latest_month(session, monthly.id), wording, now=now, facts=facts)


def tell_later(session: Session, event: MonthlyEvent) -> None:
    """Queue that the letter about a step is written, from where nobody can open the donor's address."""
    defer(session, TELL, event_id=event.id)


def latest_month(session: Session, monthly_id: uuid.UUID) -> Gift:
    """Return the gift of the newest month, whose donor and statements are those of the monthly gift."""
    query = select(Gift).where(Gift.monthly_gift_id == monthly_id)
    return session.execute(query.order_by(Gift.created_at.desc(), Gift.id).limit(1)).scalar_one()


def news_keys(session: Session, monthly_id: uuid.UUID) -> Sequence[str]:
    """Return the keys of all letters that a monthly gift can have brought its donor."""
    ids = session.scalars(select(MonthlyEvent.id).where(MonthlyEvent.monthly_gift_id == monthly_id))
    return [f"{_KEY}:{id_}" for id_ in ids]


def _first_month_open_until(session: Session, monthly: MonthlyGift) -> datetime | None:
    """Return how long the first month can be confirmed, None where it has not begun."""
    began = select(MonthlyEvent.at).where(
        MonthlyEvent.monthly_gift_id == monthly.id, MonthlyEvent.fact == MonthlyFact.STARTED.value
    )
    at = session.execute(began).scalar_one_or_none()
    return None if at is None else at + FIRST_MONTH_OPEN
