"""What Stripe says about a card and a PaymentIntent, in our own words, and what that proves about a gift.

Pure: the gateway fills these, nothing here knows the SDK. Amounts are minor units, times aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from factually.donations.lifecycle import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from factually.donations.aftermath import DisputeSnapshot, RefundSnapshot
    from factually.donations.books.movements import BalanceMovement


class IntentStatus(StrEnum):
    """The states of a PaymentIntent (Stripe, "How PaymentIntents work")."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """What can be known about a card without its number; `fingerprint` is the same for the same card.

    `address_check` and `postal_code_check` are the bank's word on the address the donor gave: pass, fail,
    unavailable or unchecked (Stripe, "Card checks"); None where none was given.
    """

    brand: str
    last4: str
    country: str | None
    funding: str
    fingerprint: str | None
    wallet: str | None
    billing_name: str | None
    address_check: str | None = None
    postal_code_check: str | None = None


@dataclass(frozen=True, kw_only=True)
class ConfirmationFacts:
    """A ConfirmationToken, read so that screening comes before anything is created at Stripe."""

    token_id: str
    card: CardFacts | None


@dataclass(frozen=True, kw_only=True)
class ChargeSnapshot:
    """The latest charge of a PaymentIntent, with all that came of it.

    Attributes:
        capture_before: When the bank drops the hold.
        refunds: Of captured money, whoever made them. Of a hold there are none: Stripe words its release, and
            the release of what was not captured, as refunds too (stripe.md section 5, point 5).
        disputes: And inquiries.
        movement: What the capture did to our balance, once Stripe has booked it.
    """

    id: str
    succeeded: bool
    captured: bool
    amount: int
    amount_captured: int
    capture_before: datetime | None
    card: CardFacts | None
    refunds: tuple[RefundSnapshot, ...] = ()
    disputes: tuple[DisputeSnapshot, ...] = ()
    movement: BalanceMovement | None = None

    @property
    def movements(self) -> tuple[BalanceMovement, ...]:
        """Everything that this charge, its refunds and its disputes did to our balance."""
        own = () if self.movement is None else (self.movement,)
        later = [part.movements for part in self.refunds] + [part.movements for part in self.disputes]
        return (*own, *chain.from_iterable(later))


@dataclass(frozen=True, kw_only=True)
class IntentSnapshot:
    """A PaymentIntent as fetched at one moment; `gift_id` is what our metadata says."""

    id: str
    status: IntentStatus
    amount: int
    currency: str
    gift_id: str | None
    livemode: bool
    client_secret: str | None
    decline_code: str | None
    charge: ChargeSnapshot | None


def facts_shown(snapshot: IntentSnapshot, *, cancelled_by_us: bool) -> tuple[Fact, ...]:
    """List what one look at Stripe proves about a hold, earliest fact first, so missed steps are caught up.

    What became of captured money is read from its refunds and disputes (`aftermath.facts_after_capture`).

    Args:
        snapshot: The PaymentIntent as fetched just now.
        cancelled_by_us: Whether our row says we asked for the cancellation; Stripe's own reason tells a lapse
            from our call only in undocumented ways.
    """
    return tuple(_facts(snapshot, cancelled_by_us=cancelled_by_us))


def _facts(snapshot: IntentSnapshot, *, cancelled_by_us: bool) -> Iterator[Fact]:
    charge = snapshot.charge
    if snapshot.status is IntentStatus.REQUIRES_CAPTURE:
        yield Fact.AUTHORISED
    elif snapshot.status is IntentStatus.SUCCEEDED:
        yield Fact.AUTHORISED
        yield Fact.CAPTURED
    elif snapshot.status is IntentStatus.CANCELED:
        if charge is None or not charge.succeeded:
            yield Fact.ABANDONED
        else:
            yield Fact.AUTHORISED
            yield Fact.RELEASED if cancelled_by_us else Fact.LAPSED
