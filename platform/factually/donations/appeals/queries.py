"""What pages read of appeals: those of one gift, the open ones, and the public turnaround."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Float, cast, extract, func, or_, select

from factually.donations.appeals.models import Appeal
from factually.donations.appeals.terms import Finding
from factually.donations.lifecycle import TAKEN_STATES
from factually.donations.models import Gift
from factually.foundation.money import Money
from factually.independence.models import GiftDecision

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

LONGEST_LIST: Final = 200
_TAKEN: Final = sorted(state.value for state in TAKEN_STATES)
# A gift that was taken meanwhile, by a decision of its own, leaves its donor nothing to contest.
_OPEN: Final = Appeal.answered_at.is_(None) & Gift.state.not_in(_TAKEN)


@dataclass(frozen=True, kw_only=True)
class OpenAppeal:
    """An appeal that waits for its answer, without its words and without its donor."""

    public_id: str
    amount: Money
    state: str
    deciding_rule: str | None
    filed_at: datetime
    answer_by: datetime
    review_deadline: datetime | None


@dataclass(frozen=True, kw_only=True)
class Turnaround:
    """How long answers took, as everybody may know it.

    Attributes:
        answered: How many appeals were answered, and how many of them overturned the decision.
        median: Of the answered ones; None while there is none, as `longest`.
        open: How many wait.
        overdue: How many of them wait longer than promised.
    """

    answered: int
    overturned: int
    median: timedelta | None
    longest: timedelta | None
    open: int
    overdue: int


def appeals_of(session: Session, gift_id: uuid.UUID) -> Sequence[Appeal]:
    """Return the appeals of a gift, oldest first."""
    query = select(Appeal).where(Appeal.gift_id == gift_id).order_by(Appeal.number)
    return session.execute(query, execution_options={"populate_existing": True}).scalars().all()


def has_judged(session: Session, gift_id: uuid.UUID, account_id: uuid.UUID) -> bool:
    """Tell whether a person decided the gift or answered an appeal of it, and so may not answer another."""
    decided = select(GiftDecision.id).where(
        GiftDecision.gift_id == gift_id, GiftDecision.reviewer_id == account_id
    )
    answered = select(Appeal.id).where(Appeal.gift_id == gift_id, Appeal.reviewer_id == account_id)
    return bool(session.execute(select(or_(decided.exists(), answered.exists()))).scalar_one())


def open_appeals(connection: Connection) -> Sequence[OpenAppeal]:
    """Return up to 200 open appeals: those whose hold ends first, then by the day of their answer."""
    urgent = func.least(Appeal.answer_by, Gift.review_deadline)
    rows = connection.execute(
        select(
            Gift.public_id,
            Gift.amount_minor,
            Gift.currency,
            Gift.state,
            Gift.deciding_rule,
            Gift.review_deadline,
            Appeal.filed_at,
            Appeal.answer_by,
        )
        .join(Gift, Gift.id == Appeal.gift_id)
        .where(_OPEN)
        .order_by(urgent, Appeal.id)
        .limit(LONGEST_LIST)
    )
    return [
        OpenAppeal(
            public_id=row.public_id,
            amount=Money(row.amount_minor, row.currency),
            state=row.state,
            deciding_rule=row.deciding_rule,
            filed_at=row.filed_at,
            answer_by=row.answer_by,
            review_deadline=row.review_deadline,
        )
        for row in rows
    ]


def turnaround(connection: Connection, *, now: datetime) -> Turnaround:
    """Return the public figures of all appeals."""
    seconds = cast(extract("epoch", Appeal.answered_at - Appeal.filed_at), Float)
    row = connection.execute(
        select(
            func.count(Appeal.answered_at).label("answered"),
            func.count().filter(Appeal.finding == Finding.OVERTURNED.value).label("overturned"),
            func.percentile_cont(0.5).within_group(seconds).label("median"),
            func.max(seconds).label("longest"),
            func.count().filter(_OPEN).label("open"),
            func.count().filter(_OPEN & (Appeal.answer_by < now)).label("overdue"),
        ).join(Gift, Gift.id == Appeal.gift_id)
    ).one()
    return Turnaround(
        answered=row.answered,
        overturned=row.overturned,
        median=None if row.median is None else timedelta(seconds=row.median),
        longest=None if row.longest is None else timedelta(seconds=row.longest),
        open=row.open,
        overdue=row.overdue,
    )


def overturned_for(session: Session, email_index: bytes, *, but: uuid.UUID) -> Sequence[str]:
    """Return the other gifts from one address whose refusal a second person overturned, by their public ids.

    A note for whoever looks at a later gift, never a clearance: an address proves nobody.
    """
    query = (
        select(Gift.public_id)
        .join(Appeal, Appeal.gift_id == Gift.id)
        .where(
            Gift.email_index == email_index,
            Gift.id != but,
            Appeal.finding == Finding.OVERTURNED.value,
        )
        .order_by(Appeal.answered_at)
    )
    return session.execute(query).scalars().all()
