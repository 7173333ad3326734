"""Subscriptions: the document, how it is saved and read, and how it ends.

An item is kept twice: inside its subscription, as Stripe shows it, and by itself, so that it can be listed
and found by its id. `save` is the one place that writes either.
"""

import copy
from typing import Final

from factually.stripe_sandbox import alarms, billing_periods, events, searching
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import EXPAND, Shape, choice, text
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

INCOMPLETE_SECONDS: Final = 23 * 3600
"""How long the first payment may take until the subscription expires."""
UPCOMING_SECONDS: Final = 7 * 24 * 3600
"""How long before a renewal `invoice.upcoming` comes; an account's setting at Stripe."""
_STATUSES: Final = (
    "active",
    "canceled",
    "incomplete",
    "incomplete_expired",
    "past_due",
    "paused",
    "trialing",
    "unpaid",
)
ENDED: Final = ("canceled", "incomplete_expired")
RETRIEVE = Shape({"expand": EXPAND})
SEARCH = searching.shape()
_SEARCHED: Final = ("created", "status")
LIST = list_shape(
    collection_method=choice("charge_automatically", "send_invoice"),
    customer=text(),
    price=text(),
    status=choice(*_STATUSES, "all", "ended"),
)
_UNSET: Final = (
    "application",
    "application_fee_percent",
    "billing_cycle_anchor_config",
    "billing_thresholds",
    "cancel_at",
    "canceled_at",
    "customer_account",
    "days_until_due",
    "default_payment_method",
    "default_source",
    "description",
    "ended_at",
    "latest_invoice",
    "managed_payments",
    "next_pending_invoice_item_invoice",
    "on_behalf_of",
    "pause_collection",
    "pending_invoice_item_interval",
    "pending_setup_intent",
    "pending_update",
    "schedule",
    "test_clock",
    "transfer_data",
    "trial_end",
    "trial_start",
)
"""Fields that are null until something fills them."""
_SELF: Final = {"type": "self"}


def blank(work: Work, customer: Document, currency: str) -> Document:
    """Make an incomplete subscription without items, anchored at this moment."""
    return {
        **dict.fromkeys(_UNSET),
        "id": new_id("sub"),
        "object": "subscription",
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": work.now,
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": work.now,
        "currency": currency,
        "customer": customer["id"],
        "default_tax_rates": [],
        "discounts": [],
        "invoice_settings": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": dict(_SELF),
        },
        "items": {"object": "list", "data": [], "has_more": False, "url": ""},
        "livemode": False,
        "metadata": {},
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "start_date": work.now,
        "status": "incomplete",
        "test_clock": customer["test_clock"],
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
    }


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/subscriptions/{subscription_exposed_id}."""
    return work.get("subscription", identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/subscriptions: without `status` all that were not cancelled."""
    given = {name: value for name, value in parameters.items() if name not in ("price", "status")}
    equal: dict[str, str | int | bool | None] = {}
    status = parameters.get("status")
    if status is None:
        equal["_canceled"] = False
    elif status == "ended":
        equal["_ended"] = True
    elif status != "all":
        equal["status"] = status
    if "price" in parameters:
        equal["items.data[0].price.id"] = parameters["price"]
    selection = Selection(equal=equal)
    return page(work, "subscription", given, "collection_method", "customer", selection=selection)


def search(work: Work, parameters: Document) -> Document:
    """GET /v1/subscriptions/search."""
    return searching.search(work, "subscription", parameters, _SEARCHED)


def save(work: Work, subscription: Document) -> None:
    """Write a subscription and its items."""
    items = subscription["items"]
    items["url"] = f"/v1/subscription_items?subscription={subscription['id']}"
    for item in items["data"]:
        work.records.save(item)
    subscription["_canceled"] = subscription["status"] == "canceled"
    subscription["_ended"] = subscription["status"] in ENDED
    work.records.save(subscription)


def tell(work: Work, before: Document, subscription: Document) -> None:
    """Save a changed subscription and tell what changed, if anything did."""
    save(work, subscription)
    difference = events.changed(before, subscription)
    if difference:
        events.emit(work, "customer.subscription.updated", subscription, difference)


def change(work: Work, subscription: Document, **values: object) -> None:
    """Set fields of a subscription and tell it."""
    before = copy.deepcopy(subscription)
    subscription |= values
    tell(work, before, subscription)


def amount(subscription: Document) -> int:
    """Give what one period costs, in minor units."""
    return sum(item["price"]["unit_amount"] * item["quantity"] for item in subscription["items"]["data"])


def period(subscription: Document) -> tuple[int, int]:
    """Give the current period (start, end); all items share it."""
    first = subscription["items"]["data"][0]
    return first["current_period_start"], first["current_period_end"]


def enter_period(work: Work, subscription: Document, start: int) -> None:
    """Put all items into the period that begins at `start` and set the alarms for what follows it."""
    recurring = subscription["items"]["data"][0]["price"]["recurring"]
    end = billing_periods.next_boundary(
        subscription["billing_cycle_anchor"], start, recurring["interval"], recurring["interval_count"]
    )
    for item in subscription["items"]["data"]:
        item |= {"current_period_start": start, "current_period_end": end}
    if subscription["cancel_at_period_end"]:
        subscription["cancel_at"] = end
    alarms.schedule(work, max(start, end - UPCOMING_SECONDS), "subscription.upcoming", subscription["id"])
    alarms.schedule(work, end, "subscription.renew", subscription["id"])


def end(work: Work, subscription: Document, reason: str, *, status: str = "canceled") -> None:
    """End a subscription at this moment and save it; telling is the caller's."""
    subscription |= {
        "status": status,
        "ended_at": work.now,
        "canceled_at": subscription["canceled_at"] or work.now,
        "pause_collection": None,
    }
    subscription["cancellation_details"]["reason"] = subscription["cancellation_details"]["reason"] or reason
    for action in ("upcoming", "renew", "expire", "cancel", "resume_collection"):
        alarms.unschedule(work, f"subscription.{action}", subscription["id"])
    save(work, subscription)
