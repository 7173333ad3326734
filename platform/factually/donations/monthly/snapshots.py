"""What Stripe says about a saved card, a subscription and an invoice, in our own words.

Pure: the gateway fills these, nothing here knows the SDK. Amounts are minor units, times aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from factually.donations.intents import CardFacts


class SetupStatus(StrEnum):
    """The states of a SetupIntent (Stripe, "The Setup Intents API")."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class InvoiceStatus(StrEnum):
    """The states of an invoice; a draft is charged by nobody."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    UNCOLLECTIBLE = "uncollectible"
    VOID = "void"


class Collection(StrEnum):
    """What Stripe does with a new invoice of ours: it never takes money of its own accord."""

    KEEP_AS_DRAFT = "keep_as_draft"
    """Waits as a draft until we have screened the month and collect it."""
    VOID = "void"
    """The month is left out: the gift is paused."""


UNPAID: Final = frozenset({InvoiceStatus.DRAFT, InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE})
"""States of an invoice that can still become money."""
_OVER: Final = frozenset({"canceled", "incomplete_expired"})


@dataclass(frozen=True, kw_only=True)
class SetupSnapshot:
    """A SetupIntent as fetched at one moment, with the card behind it."""

    id: str
    status: SetupStatus
    client_secret: str | None
    payment_method_id: str | None
    card: CardFacts | None
    decline_code: str | None


@dataclass(frozen=True, kw_only=True)
class InvoiceSnapshot:
    """One month's invoice.

    Attributes:
        intent_id: The PaymentIntent that pays it, None for a draft.
        statement_suffix: What a card's statement shows behind the account's own words.
    """

    id: str
    subscription_id: str | None
    status: InvoiceStatus
    amount: int
    currency: str
    intent_id: str | None
    statement_suffix: str | None


@dataclass(frozen=True, kw_only=True)
class SubscriptionSnapshot:
    """A subscription as fetched at one moment.

    Attributes:
        status: Stripe's word for it.
        item_id: Its one item, whose price is the amount.
        collection: What becomes of new invoices; None where Stripe would collect them by itself.
        next_charge_at: When the present month ends.
        invoice_id: Its latest invoice.
    """

    id: str
    status: str
    item_id: str
    amount: int
    currency: str
    payment_method_id: str | None
    collection: str | None
    next_charge_at: datetime
    invoice_id: str | None

    @property
    def is_over(self) -> bool:
        """Whether it ended for good."""
        return self.status in _OVER

    @property
    def is_incomplete(self) -> bool:
        """Whether its first invoice is not paid yet, which leaves little that can be changed."""
        return self.status == "incomplete"
