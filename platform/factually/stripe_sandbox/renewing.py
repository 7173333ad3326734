"""What time does to a subscription: the new period, the expiry, the planned end."""

import copy

from factually.stripe_sandbox import (
    events,
    invoice_drafts,
    invoice_ending,
    subscription_ending,
    subscriptions,
)
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work


def renew(work: Work, identifier: str) -> None:
    """Begin the next period with a draft invoice, or end what was to end with this one."""
    subscription = work.get("subscription", identifier)
    if subscription["cancel_at_period_end"]:
        subscription_ending.cancel(work, subscription, "cancellation_requested")
        return
    before = copy.deepcopy(subscription)
    start, end = subscriptions.period(subscription)
    subscriptions.enter_period(work, subscription, end)
    invoice = invoice_drafts.draft_for(work, subscription, "subscription_cycle")
    invoice |= {"period_start": start, "period_end": end}
    if subscription["status"] == "unpaid":
        invoice["auto_advance"] = False
    work.records.save(invoice)
    subscription["latest_invoice"] = invoice["id"]
    subscriptions.tell(work, before, subscription)
    events.emit(work, "invoice.created", invoice)
    if subscription["pause_collection"] is not None:
        _set_aside(work, invoice, subscription["pause_collection"]["behavior"])


def expire(work: Work, identifier: str) -> None:
    """End a subscription whose first payment did not come within 23 hours."""
    subscription = work.get("subscription", identifier)
    if subscription["status"] != "incomplete":
        return
    invoice_ending.expire(work, subscription)
    invoice_ending.make_void(work, work.get("invoice", subscription["latest_invoice"]))


def cancel(work: Work, identifier: str) -> None:
    """End a subscription at the moment its `cancel_at` named."""
    subscription_ending.cancel(work, work.get("subscription", identifier), "cancellation_requested")


def resume_collection(work: Work, identifier: str) -> None:
    """End a pause whose `resumes_at` has come."""
    subscriptions.change(work, work.get("subscription", identifier), pause_collection=None)


def _set_aside(work: Work, invoice: Document, behavior: str) -> None:
    """Treat the invoice of a paused subscription as its `pause_collection` says."""
    if behavior == "void":
        invoice_ending.make_void(work, invoice)
    elif behavior == "mark_uncollectible":
        invoice_ending.make_uncollectible(work, invoice)
    else:
        invoice |= {"auto_advance": False, "automatically_finalizes_at": None}
        work.records.save(invoice)
