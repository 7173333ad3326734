"""The invoice that the next renewal will bring: announced by an event, and shown on request."""

import copy

from factually.stripe_sandbox import billing_periods, events, invoice_drafts, subscriptions
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.shapes import EXPAND, Shape, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

CREATE = Shape({"customer": text(), "expand": EXPAND, "subscription": text()}, required=("subscription",))


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/invoices/create_preview: of a subscription as it stands.

    Raises:
        ApiError: `invoice_upcoming_none` where no invoice will come, or another customer's subscription.
    """
    subscription = work.get("subscription", parameters["subscription"], param="subscription")
    if parameters.get("customer", subscription["customer"]) != subscription["customer"]:
        raise ApiError("The subscription is another customer's.", param="customer")
    if subscription["status"] in subscriptions.ENDED or subscription["cancel_at_period_end"]:
        raise ApiError(
            "No upcoming invoices for this subscription.", status=404, code="invoice_upcoming_none"
        )
    preview = _next(work, subscription)
    preview["id"] = new_id("upcoming_in")
    return preview


def announce(work: Work, identifier: str) -> None:
    """Tell of a renewal some days ahead; the invoice told of has no id yet."""
    subscription = work.get("subscription", identifier)
    paused = subscription["pause_collection"] is not None
    if subscription["status"] != "active" or paused or subscription["cancel_at_period_end"]:
        return
    preview = _next(work, subscription)
    del preview["id"]
    events.emit(work, "invoice.upcoming", preview)


def _next(work: Work, subscription: Document) -> Document:
    start, end = subscriptions.period(subscription)
    recurring = subscription["items"]["data"][0]["price"]["recurring"]
    following = billing_periods.next_boundary(
        subscription["billing_cycle_anchor"], end, recurring["interval"], recurring["interval_count"]
    )
    ahead = copy.deepcopy(subscription)
    for item in ahead["items"]["data"]:
        item |= {"current_period_start": end, "current_period_end": following}
    preview = invoice_drafts.build_for(work, ahead, "upcoming")
    return preview | {
        "period_start": start,
        "period_end": end,
        "next_payment_attempt": end + invoice_drafts.DRAFT_SECONDS,
    }
