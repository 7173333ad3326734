"""Reads Stripe's JSON about saved cards, subscriptions and invoices into our own words.

Pure and strict, see `stripe_json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.donations.monthly.snapshots import (
    InvoiceSnapshot,
    InvoiceStatus,
    SetupSnapshot,
    SetupStatus,
    SubscriptionSnapshot,
)
from factually.donations.stripe_json import inner, members, moment, number, optional_text, text
from factually.donations.stripe_reading import read_card

if TYPE_CHECKING:
    from factually.donations.intents import CardFacts
    from factually.donations.stripe_json import StripeJson


def read_setup(setup: StripeJson) -> SetupSnapshot:
    """Read a SetupIntent whose payment method is expanded."""
    method = inner(setup, "payment_method")
    problem = inner(setup, "last_setup_error") or {}
    return SetupSnapshot(
        id=text(setup, "id"),
        status=SetupStatus(text(setup, "status")),
        client_secret=optional_text(setup, "client_secret"),
        payment_method_id=None if method is None else text(method, "id"),
        card=None if method is None else read_saved_card(method),
        decline_code=optional_text(problem, "decline_code") or optional_text(problem, "code"),
    )


def read_saved_card(method: StripeJson) -> CardFacts | None:
    """Read the facts of a saved card."""
    return read_card(method, inner(method, "card"))


def read_subscription(subscription: StripeJson) -> SubscriptionSnapshot:
    """Read a subscription, which has one item."""
    (item,) = members(inner(subscription, "items") or {}, "data")
    price = inner(item, "price") or {}
    pause = inner(subscription, "pause_collection")
    return SubscriptionSnapshot(
        id=text(subscription, "id"),
        status=text(subscription, "status"),
        item_id=text(item, "id"),
        amount=number(price, "unit_amount"),
        currency=text(price, "currency").upper(),
        payment_method_id=optional_text(subscription, "default_payment_method"),
        collection=None if pause is None else text(pause, "behavior"),
        next_charge_at=moment(item, "current_period_end"),
        invoice_id=optional_text(subscription, "latest_invoice"),
    )


def read_invoice(invoice: StripeJson) -> InvoiceSnapshot:
    """Read an invoice whose payments are expanded."""
    details = inner(inner(invoice, "parent") or {}, "subscription_details") or {}
    payments = inner(invoice, "payments")
    intents = [] if payments is None else [_intent(payment) for payment in members(payments, "data")]
    return InvoiceSnapshot(
        id=text(invoice, "id"),
        subscription_id=optional_text(details, "subscription"),
        status=InvoiceStatus(text(invoice, "status")),
        amount=number(invoice, "amount_due"),
        currency=text(invoice, "currency").upper(),
        intent_id=next((intent for intent in intents if intent is not None), None),
        statement_suffix=optional_text(invoice, "statement_descriptor"),
    )


def _intent(payment: StripeJson) -> str | None:
    return optional_text(inner(payment, "payment") or {}, "payment_intent")
