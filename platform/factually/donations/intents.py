"""What Stripe says about a card and a PaymentIntent, in our own words, and what that proves about a gift.

Pure: the gateway fills these, nothing here knows the SDK. Amounts are minor units, times aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from factually.donations.lifecycle import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class IntentStatus(StrEnum):
    """The states of a PaymentIntent (Stripe, "How PaymentIntents work")."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class DisputeStanding(StrEnum):
    """How a dispute stands, as far as money goes; an inquiry moves none and is no dispute here."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


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
    """The latest charge of a PaymentIntent; `capture_before` is when the bank drops the hold."""

    id: str
    succeeded: bool
    captured: bool
    amount: int
    amount_captured: int
    amount_refunded: int
    capture_before: datetime | None
    card: CardFacts | None
    dispute: DisputeStanding | None

    @property
    def returned(self) -> int:
        """Minor units that went back to the donor after being taken; a cancelled hold returns nothing.

        Stripe reports a cancelled hold as ``charge.refunded`` with ``captured=false``, and counts the part of
        a hold that was not captured as refunded (stripe.md section 5, point 5).
        """
        if not self.captured:
            return 0
        return self.amount_refunded - (self.amount - self.amount_captured)


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
    """List what one look at Stripe proves about a gift, earliest fact first, so missed steps are caught up.

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
        if charge is not None:
            yield from _facts_after_capture(charge)
    elif snapshot.status is IntentStatus.CANCELED:
        if charge is None or not charge.succeeded:
            yield Fact.ABANDONED
        else:
            yield Fact.AUTHORISED
            yield Fact.RELEASED if cancelled_by_us else Fact.LAPSED


def _facts_after_capture(charge: ChargeSnapshot) -> Iterator[Fact]:
    if charge.returned > 0:
        yield Fact.REFUNDED if charge.returned >= charge.amount_captured else Fact.PARTLY_REFUNDED
    if charge.dispute is not None:
        yield Fact.DISPUTED
    if charge.dispute is DisputeStanding.WON:
        yield Fact.DISPUTE_WON
    elif charge.dispute is DisputeStanding.LOST:
        yield Fact.DISPUTE_LOST
