"""What a monthly gift needs of the payment provider, beside what every gift needs.

The only adapter is `factually.donations.monthly.stripe_monthly`; it fails as `donations.gateway` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.donations.intents import CardFacts
    from factually.donations.monthly.snapshots import (
        Collection,
        InvoiceSnapshot,
        SetupSnapshot,
        SubscriptionSnapshot,
    )
    from factually.foundation.money import Money


@dataclass(frozen=True, kw_only=True)
class SetupOrder:
    """All parameters of saving one card, each from our rows, so that a repeated key repeats them exactly.

    `gift_id` names the first month's gift, None where a card takes another one's place.
    """

    customer_id: str
    gift_id: str | None
    confirmation_token: str
    idempotency_key: str


@dataclass(frozen=True, kw_only=True)
class SubscriptionOrder:
    """All parameters of a subscription: its first month is charged at once, since it was screened before."""

    monthly_id: str
    customer_id: str
    payment_method_id: str
    amount: Money
    idempotency_key: str


@dataclass(frozen=True, kw_only=True)
class SubscriptionChange:
    """What a subscription is to be from the next month on; the present month is never charged anew."""

    amount: Money
    payment_method_id: str
    collection: Collection
    idempotency_key: str


class MonthlyGateway(Protocol):
    """Each method is a remote call or two, outside any transaction."""

    def customer(self, monthly_id: str, *, idempotency_key: str) -> str:
        """Create the customer that cards are saved with, known by our id alone, and return its id."""
        ...

    def save_card(self, order: SetupOrder) -> SetupSnapshot:
        """Have the bank agree that the card may be charged later without its owner.

        Raises:
            CardDeclined: The bank said no.
        """
        ...

    def setup(self, setup_id: str) -> SetupSnapshot:
        """Fetch a card's set-up as it is now."""
        ...

    def saved_card(self, payment_method_id: str) -> CardFacts | None:
        """Fetch the facts of the card that is charged; the network may have replaced it meanwhile."""
        ...

    def subscribe(self, order: SubscriptionOrder) -> SubscriptionSnapshot:
        """Begin to give: the first month is charged at once, and left open where the card did not pay."""
        ...

    def subscription(self, subscription_id: str) -> SubscriptionSnapshot:
        """Fetch a subscription as it is now."""
        ...

    def find_subscription(self, customer_id: str) -> SubscriptionSnapshot | None:
        """Search for a subscription whose creation we never heard the answer to."""
        ...

    def change(self, subscription: SubscriptionSnapshot, change: SubscriptionChange) -> None:
        """Bring a subscription to what our row says."""
        ...

    def end(self, subscription_id: str, *, idempotency_key: str) -> None:
        """Cancel a subscription at once; invoices that wait are not collected by it any more."""
        ...

    def forget_other_cards(self, customer_id: str, *, keep: str) -> None:
        """Detach all cards of a customer but the one that is charged."""
        ...

    def forget_customer(self, customer_id: str, *, idempotency_key: str) -> None:
        """Delete the customer with the saved cards; payments that were made stay as they are."""
        ...

    def invoice(self, invoice_id: str) -> InvoiceSnapshot:
        """Fetch a month's invoice as it is now."""
        ...

    def unpaid_invoices(self, subscription_id: str) -> Sequence[InvoiceSnapshot]:
        """List the invoices of a subscription that could still become money, oldest first."""
        ...

    def pay(self, invoice_id: str, *, idempotency_key: str) -> None:
        """Collect a month's invoice from the saved card, a draft too.

        Raises:
            CardDeclined: The card did not pay, or its bank wants to hear from its owner first.
            GatewayRefused: It is paid or void already.
        """
        ...

    def void(self, invoice_id: str, *, idempotency_key: str) -> None:
        """Let a month's invoice be as if it had never been.

        Raises:
            GatewayRefused: It is paid or void already.
        """
        ...
