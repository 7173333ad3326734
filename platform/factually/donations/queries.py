"""What others may read of a gift: its history without its donor, and the journalled look at the donor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.audit.journal import record
from factually.donations.donor_records import open_donor
from factually.donations.models import Gift, GiftEvent, PaymentAttempt
from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.audit.journal import Actor
    from factually.donations.pledges import Donor
    from factually.foundation.crypto import Keyring


@dataclass(frozen=True, kw_only=True)
class GiftHistory:
    """One gift with all its steps and calls, oldest first, without its donor."""

    gift: Gift
    events: Sequence[GiftEvent]
    attempts: Sequence[PaymentAttempt]


def gift_by_public_id(session: Session, public_id: str) -> Gift:
    """Return a gift by its address.

    Raises:
        NotFound: No such gift.
    """
    gift = session.execute(select(Gift).where(Gift.public_id == public_id)).scalar_one_or_none()
    if gift is None:
        raise NotFound("There is no gift at this address.")
    return gift


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
