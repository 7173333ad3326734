"""What a donor may read of their monthly gifts; one of another address is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.donations.models import Gift
from factually.donations.monthly.lifecycle import UNDER_WAY, EndReason, MonthlyState, waits_for_bank
from factually.donations.monthly.models import MonthlyEvent, MonthlyGift
from factually.donations.monthly.wording import standing_sentence, what_happened_monthly
from factually.foundation.errors import NotFound
from factually.foundation.money import Money

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class MonthlyRecord:
    """A monthly gift for its donor's eyes, with its months, newest first, and its steps, oldest first.

    `bank_asks` says that a month waits for its donor to confirm it with their bank.
    """

    monthly: MonthlyGift
    months: Sequence[tuple[Gift, Money]]
    steps: Sequence[tuple[datetime, str]]
    bank_asks: bool

    @property
    def amount(self) -> Money:
        """What the next month is charged."""
        return Money(self.monthly.amount_minor, self.monthly.currency)

    @property
    def state(self) -> MonthlyState:
        """Where it stands."""
        return MonthlyState(self.monthly.state)

    @property
    def sentence(self) -> str:
        """Where it stands, in words."""
        reason = None if self.monthly.end_reason is None else EndReason(self.monthly.end_reason)
        return standing_sentence(self.state, reason, bank_asks=self.bank_asks)

    @property
    def steerable(self) -> bool:
        """Whether its donor can pause it or change it."""
        return self.state in UNDER_WAY - {MonthlyState.SUSPENDED}

    @property
    def cancellable(self) -> bool:
        """Whether there is something to cancel."""
        return self.state != MonthlyState.ENDED

    @property
    def takes_card(self) -> bool:
        """Whether another card can take the place of the present one."""
        return self.state in UNDER_WAY


def monthly_by_public_id(session: Session, public_id: str) -> MonthlyGift:
    """Return a monthly gift by its address.

    Raises:
        NotFound: No such monthly gift.
    """
    query = select(MonthlyGift).where(MonthlyGift.public_id == public_id)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no monthly gift at this address.")
    return found


def monthlies_of(session: Session, email_index: bytes) -> Sequence[MonthlyGift]:
    """Return all monthly gifts of an address, the newest first."""
    query = select(MonthlyGift).where(MonthlyGift.email_index == email_index)
    return session.scalars(query.order_by(MonthlyGift.created_at.desc(), MonthlyGift.id)).all()


def own_monthly(session: Session, email_index: bytes, public_id: str) -> MonthlyGift:
    """Return one monthly gift of an address.

    Raises:
        NotFound: No such monthly gift, or it is somebody else's.
    """
    found = monthly_by_public_id(session, public_id)
    if found.email_index != email_index:
        raise NotFound("There is no monthly gift at this address.")
    return found


def facts_of(session: Session, monthly_id: uuid.UUID) -> Sequence[str]:
    """Return the steps of a monthly gift, oldest first."""
    query = select(MonthlyEvent.fact).where(MonthlyEvent.monthly_gift_id == monthly_id)
    return session.scalars(query.order_by(MonthlyEvent.id)).all()


def record_of(session: Session, monthly: MonthlyGift) -> MonthlyRecord:
    """Read a monthly gift with its months and steps."""
    months = session.scalars(
        select(Gift).where(Gift.monthly_gift_id == monthly.id).order_by(Gift.created_at.desc(), Gift.id)
    )
    events = session.scalars(
        select(MonthlyEvent).where(MonthlyEvent.monthly_gift_id == monthly.id).order_by(MonthlyEvent.id)
    ).all()
    return MonthlyRecord(
        monthly=monthly,
        months=[(gift, Money(gift.amount_minor, gift.currency)) for gift in months],
        steps=[
            (event.at, what_happened_monthly(event.fact, Money(event.amount_minor, monthly.currency)))
            for event in events
        ],
        bank_asks=waits_for_bank(MonthlyState(monthly.state), [event.fact for event in events]),
    )
