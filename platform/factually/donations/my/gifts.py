"""The gifts of one address, as their donor may see them; a gift of another address is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.donations.donor_records import open_donor
from factually.donations.lifecycle import Fact
from factually.donations.models import Gift, GiftEvent
from factually.donations.monthly.models import MonthlyGift
from factually.donations.my.statements import contribution_of, was_taken
from factually.donations.my.wording import what_happened
from factually.foundation.errors import NotFound
from factually.foundation.money import Money
from factually.independence.models import GiftDecision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from factually.donations.my.statements import Contribution
    from factually.donations.pledges import Donor
    from factually.foundation.crypto import Keyring


@dataclass(frozen=True, kw_only=True)
class OwnGift:
    """One gift for the donor's own eyes.

    Attributes:
        monthly: The monthly gift that it is a month of.
        accepted_by_person: Whether somebody decided to take it after it was held.
        steps: What happened, oldest first.
    """

    gift: Gift
    donor: Donor
    monthly: MonthlyGift | None
    accepted_by_person: bool
    steps: Sequence[tuple[datetime, str]]

    @property
    def amount(self) -> Money:
        """What the card was to pay."""
        return Money(self.gift.amount_minor, self.gift.currency)

    @property
    def fee_cover(self) -> Money:
        """What of it the donor added for the card's fee."""
        return Money(self.gift.fee_cover_minor, self.gift.currency)

    @property
    def returned(self) -> Money:
        """What went back to the donor."""
        return Money(self.gift.refunded_minor, self.gift.currency)

    @property
    def number(self) -> str:
        """The number in every letter about it."""
        return self.gift.public_id[:8]

    @property
    def was_taken(self) -> bool:
        """Whether there is a receipt."""
        return was_taken(self.gift)


def gifts_of(session: Session, email_index: bytes) -> Sequence[Gift]:
    """Return all gifts of an address, the newest first."""
    query = select(Gift).where(Gift.email_index == email_index).order_by(Gift.created_at.desc(), Gift.id)
    return session.execute(query).scalars().all()


def gift_of(session: Session, email_index: bytes, public_id: str) -> Gift:
    """Return one gift of an address.

    Raises:
        NotFound: No such gift, or it is somebody else's.
    """
    query = select(Gift).where(Gift.email_index == email_index, Gift.public_id == public_id)
    gift = session.execute(query).scalar_one_or_none()
    if gift is None:
        raise NotFound("There is no gift of yours at this address.")
    return gift


def own_gift(session: Session, gift: Gift, *, keyring: Keyring) -> OwnGift:
    """Open one gift for its donor."""
    events = session.execute(
        select(GiftEvent.at, GiftEvent.fact).where(GiftEvent.gift_id == gift.id).order_by(GiftEvent.id)
    ).all()
    verdict = session.execute(
        select(GiftDecision.verdict).where(GiftDecision.gift_id == gift.id)
    ).scalar_one_or_none()
    return OwnGift(
        gift=gift,
        donor=open_donor(gift, keyring=keyring),
        monthly=None if gift.monthly_gift_id is None else session.get(MonthlyGift, gift.monthly_gift_id),
        accepted_by_person=verdict == "accept",
        steps=[(at, what_happened(fact, monthly=gift.monthly_gift_id is not None)) for at, fact in events],
    )


def contributions_of(
    session: Session, gifts: Sequence[Gift], *, keyring: Keyring
) -> tuple[Sequence[Contribution], date | None]:
    """Return what these gifts brought, and the day of the last change to any that brought something."""
    taken = {gift.id: gift for gift in gifts if was_taken(gift)}
    events = session.execute(
        select(GiftEvent.gift_id, GiftEvent.fact, GiftEvent.at).where(GiftEvent.gift_id.in_(taken))
    ).all()
    captured = {event.gift_id: event.at.date() for event in events if event.fact == Fact.CAPTURED}
    contributions = [
        contribution_of(gift, open_donor(gift, keyring=keyring), day=captured[id_])
        for id_, gift in taken.items()
    ]
    return contributions, max((event.at.date() for event in events), default=None)
