"""The end of a subscription: no more periods, and nothing more collected of its own accord."""

from factually.stripe_sandbox import alarms, events, subscriptions
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work


def cancel(work: Work, subscription: Document, reason: str) -> None:
    """Cancel a subscription at this moment; `reason` is Stripe's `cancellation_details.reason`."""
    subscriptions.end(work, subscription, reason)
    events.emit(work, "customer.subscription.deleted", subscription)
    _stop_collecting(work, subscription)


def _stop_collecting(work: Work, subscription: Document) -> None:
    """Leave drafts and open invoices as they are, to be paid by hand only."""
    own = Selection(equal={"_subscription": subscription["id"]})
    for invoice in work.records.select("invoice", own):
        if invoice["status"] not in ("draft", "open"):
            continue
        alarms.unschedule(work, "invoice.finalize", invoice["id"])
        alarms.unschedule(work, "invoice.retry", invoice["id"])
        before = {
            name: invoice[name]
            for name in ("auto_advance", "automatically_finalizes_at", "next_payment_attempt")
        }
        invoice |= {
            "auto_advance": False,
            "automatically_finalizes_at": None,
            "next_payment_attempt": None,
        }
        work.records.save(invoice)
        events.emit(work, "invoice.updated", invoice, events.changed(before, {n: invoice[n] for n in before}))
