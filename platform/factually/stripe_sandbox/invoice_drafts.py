"""Drafts of invoices: the document as it begins, and what a subscription puts into it."""

from typing import Final

from factually.stripe_sandbox import alarms, subscriptions
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

DRAFT_SECONDS: Final = 3600
"""How long a renewal's invoice stays a draft; at Stripe about an hour after its webhook was answered."""
_UNSET: Final = (
    "account_country",
    "account_tax_ids",
    "application",
    "automatically_finalizes_at",
    "custom_fields",
    "customer_account",
    "default_payment_method",
    "default_source",
    "description",
    "due_date",
    "effective_at",
    "ending_balance",
    "footer",
    "from_invoice",
    "hosted_invoice_url",
    "invoice_pdf",
    "last_finalization_error",
    "latest_revision",
    "next_payment_attempt",
    "number",
    "on_behalf_of",
    "parent",
    "receipt_number",
    "rendering",
    "shipping_cost",
    "shipping_details",
    "statement_descriptor",
    "test_clock",
    "webhooks_delivered_at",
)
"""Fields that are null until something fills them."""
_ZERO: Final = (
    "amount_due",
    "amount_remaining",
    "subtotal",
    "subtotal_excluding_tax",
    "total",
    "total_excluding_tax",
    "amount_overpaid",
    "amount_paid",
    "amount_paid_off_stripe",
    "amount_shipping",
    "attempt_count",
    "post_payment_credit_notes_amount",
    "pre_payment_credit_notes_amount",
    "starting_balance",
)
"""Amounts and counts that begin at nothing."""
_EMPTY: Final = (
    "customer_tax_ids",
    "default_tax_rates",
    "discounts",
    "total_discount_amounts",
    "total_pretax_credit_amounts",
    "total_taxes",
)
_TAX: Final = ("disabled_reason", "liability", "provider", "status")
_SETTINGS: Final = ("default_mandate", "payment_method_options", "payment_method_types")
_TRANSITIONS: Final = ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")


def blank(work: Work, customer: Document, currency: str, reason: str) -> Document:
    """Make, without saving, an empty draft; `reason` is its `billing_reason`."""
    identifier = new_id("in")
    of_customer = ("address", "email", "name", "phone", "shipping", "tax_exempt")
    return {
        **dict.fromkeys(_UNSET),
        **dict.fromkeys(_ZERO, 0),
        **{name: [] for name in _EMPTY},
        **{f"customer_{name}": customer[name] for name in of_customer},
        "id": identifier,
        "object": "invoice",
        "account_name": "Factually sandbox",
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {**dict.fromkeys(_TAX), "enabled": False},
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": work.now,
        "currency": currency,
        "customer": customer["id"],
        "issuer": {"type": "self"},
        "lines": {"object": "list", "data": [], "has_more": False, "url": f"/v1/invoices/{identifier}/lines"},
        "livemode": False,
        "metadata": {},
        "payment_settings": dict.fromkeys(_SETTINGS),
        "period_end": work.now,
        "period_start": work.now,
        "status": "draft",
        "status_transitions": dict.fromkeys(_TRANSITIONS),
    }


def build_for(work: Work, subscription: Document, reason: str) -> Document:
    """Make, without saving, the draft for a subscription's current period; `reason` is `billing_reason`."""
    customer = work.get("customer", subscription["customer"])
    invoice = blank(work, customer, subscription["currency"], reason)
    start, end = subscriptions.period(subscription)
    invoice["parent"] = {
        "quote_details": None,
        "subscription_details": {
            "metadata": dict(subscription["metadata"]),
            "subscription": subscription["id"],
        },
        "type": "subscription_details",
    }
    invoice |= {"test_clock": subscription["test_clock"], "_subscription": subscription["id"]}
    first_product = work.get("product", subscription["items"]["data"][0]["price"]["product"])
    invoice["statement_descriptor"] = first_product["statement_descriptor"]
    invoice["lines"]["data"] = [_line(invoice, item, start, end) for item in subscription["items"]["data"]]
    total = subscriptions.amount(subscription)
    for name in (
        "amount_due",
        "amount_remaining",
        "subtotal",
        "subtotal_excluding_tax",
        "total",
        "total_excluding_tax",
    ):
        invoice[name] = total
    return invoice


def draft_for(work: Work, subscription: Document, reason: str) -> Document:
    """Make and save the draft for a subscription's current period; it is finalised an hour later."""
    invoice = build_for(work, subscription, reason)
    invoice["automatically_finalizes_at"] = work.now + DRAFT_SECONDS
    work.records.save(invoice)
    alarms.schedule(work, work.now + DRAFT_SECONDS, "invoice.finalize", invoice["id"])
    return invoice


def _line(invoice: Document, item: Document, start: int, end: int) -> Document:
    price = item["price"]
    amount = price["unit_amount"] * item["quantity"]
    return {
        "id": new_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": None,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice["id"],
        "livemode": False,
        "metadata": dict(item["metadata"]),
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": item["subscription"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"end": end, "start": start},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "quantity_decimal": str(item["quantity"]),
        "subscription": item["subscription"],
        "subtotal": amount,
        "taxes": [],
    }
