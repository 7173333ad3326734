"""What others may read of gifts: lists and histories without donors, and the journalled look at a donor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, tuple_

from factually.audit.journal import record
from factually.donations.donor_records import open_donor
from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift, GiftEvent, PaymentAttempt
from factually.foundation.errors import NotFound
from factually.foundation.money import Money

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from factually.audit.journal import Actor
    from factually.donations.pledges import Donor
    from factually.foundation.crypto import Keyring


@dataclass(frozen=True, kw_only=True)
class GiftLine:
    """A gift in a list: everything but who gave it."""

    id: uuid.UUID
    public_id: str
    amount: Money
    state: GiftState
    capacity: str
    deciding_rule: str | None
    policy_version: str | None
    review_deadline: datetime | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class GiftHistory:
    """One gift with all its steps and calls, oldest first, without its donor."""

    gift: Gift
    events: Sequence[GiftEvent]
    attempts: Sequence[PaymentAttempt]


@dataclass(frozen=True, slots=True)
class PageKey:
    """Where the next page of gifts begins: after this one."""

    created_at: datetime
    id: uuid.UUID


def gift_by_public_id(session: Session, public_id: str) -> Gift:
    """Return a gift by its address.

    Raises:
        NotFound: No such gift.
    """
    gift = session.execute(select(Gift).where(Gift.public_id == public_id)).scalar_one_or_none()
    if gift is None:
        raise NotFound("There is no gift at this address.")
    return gift


def newest_gifts(session: Session, *, after: PageKey | None = None, limit: int = 50) -> list[GiftLine]:
    """List gifts, newest first; `after` is the key of the last line of the page before."""
    query = select(Gift).order_by(Gift.created_at.desc(), Gift.id.desc()).limit(limit)
    if after is not None:
        query = query.where(tuple_(Gift.created_at, Gift.id) < (after.created_at, after.id))
    return _lines(session, query)


def held_gifts(session: Session, *, limit: int = 200) -> list[GiftLine]:
    """List gifts that wait for a reviewer, the nearest deadline first."""
    waiting = (Gift.state == GiftState.HELD.value) & Gift.instruction.is_(None)
    return _lines(session, select(Gift).where(waiting).order_by(Gift.review_deadline, Gift.id).limit(limit))


def gift_history(session: Session, public_id: str) -> GiftHistory:
    """Return one gift with its steps and its calls to Stripe.

    Raises:
        NotFound: No such gift.
    """
    gift = gift_by_public_id(session, public_id)
    events = select(GiftEvent).where(GiftEvent.gift_id == gift.id).order_by(GiftEvent.id)
    attempts = (
        select(PaymentAttempt)
        .where(PaymentAttempt.gift_id == gift.id)
        .order_by(PaymentAttempt.started_at, PaymentAttempt.number)
    )
    return GiftHistory(
        gift=gift,
        events=session.execute(events).scalars().all(),
        attempts=session.execute(attempts).scalars().all(),
    )


def open_donor_record(
    session: Session, gift: Gift, *, keyring: Keyring, actor: Actor, look: tuple[str, datetime]
) -> Donor:
    """Open who gave, and journal the look in the same transaction: no entry, no look (DESIGN 2, promise 4).

    Args:
        session: Transaction of the caller, to be committed before anything is shown.
        gift: The gift.
        keyring: Opens the donor's data.
        actor: Who looks.
        look: Why, and when.
    """
    reason, now = look
    record(
        session,
        actor=actor,
        event="gift.donor_viewed",
        subject=f"gift:{gift.id}",
        now=now,
        details={"reason": reason},
    )
    return open_donor(gift, keyring=keyring)


def _lines(session: Session, query: Select[Gift]) -> list[GiftLine]:
    return [
        GiftLine(
            id=gift.id,
            public_id=gift.public_id,
            amount=Money(gift.amount_minor, gift.currency),
            state=GiftState(gift.state),
            capacity=gift.capacity,
            deciding_rule=gift.deciding_rule,
            policy_version=gift.policy_version,
            review_deadline=gift.review_deadline,
            created_at=gift.created_at,
        )
        for gift in session.execute(query).scalars()
    ]
