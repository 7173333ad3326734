"""Which of Stripe's events concern gifts, and what each asks to be looked at (stripe.md section 5).

Pure.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Errand(StrEnum):
    """What an event sends us to look at."""

    GIFT = "gift"
    """The gift's PaymentIntent, with all that came of it."""
    WARNING = "warning"
    """The early fraud warnings of a charge."""
    INVOICE = "invoice"
    """The invoice of one month of a monthly gift."""
    SUBSCRIPTION = "subscription"
    """Whether somebody changed or ended a subscription at Stripe itself."""
    CARD = "card"
    """A card that was saved to be charged later."""
    PAYOUT = "payout"
    """What a payout did to our balance."""
    NOTHING = "nothing"


EVENT_TYPES: Final = (
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "charge.captured",
    "charge.expired",
    "charge.refunded",
    "charge.succeeded",
    "charge.updated",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "radar.early_fraud_warning.created",
    "radar.early_fraud_warning.updated",
    "setup_intent.setup_failed",
    "setup_intent.succeeded",
    "customer.subscription.deleted",
    "customer.subscription.updated",
    "invoice.created",
    "invoice.paid",
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "invoice.voided",
    "payout.canceled",
    "payout.created",
    "payout.failed",
    "payout.paid",
    "payout.updated",
)
"""Every kind an endpoint should be subscribed to, and the sweep for missed ones asks for."""
_ERRANDS: Final = {
    "payment_intent.": Errand.GIFT,
    "charge.": Errand.GIFT,
    "refund.": Errand.GIFT,
    "radar.early_fraud_warning.": Errand.WARNING,
    "setup_intent.": Errand.CARD,
    "customer.subscription.": Errand.SUBSCRIPTION,
    "invoice.": Errand.INVOICE,
    "payout.": Errand.PAYOUT,
}


def errand_of(event_type: str) -> Errand:
    """Say what an event asks to be looked at; a kind that is none of ours asks nothing."""
    return next(
        (errand for start, errand in _ERRANDS.items() if event_type.startswith(start)), Errand.NOTHING
    )
