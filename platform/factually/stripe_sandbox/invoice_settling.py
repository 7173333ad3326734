"""What an invoice and its subscription make of their PaymentIntent's outcome, whoever brought it about."""

from factually.stripe_sandbox import alarms, dunning, events, invoice_payments, invoices, subscriptions
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work


def follow(work: Work, intent: Document) -> None:
    """Take note that an invoice's intent succeeded, failed, or waits for its cardholder."""
    invoice = work.get("invoice", intent["_invoice"])
    if invoice["status"] not in ("open", "uncollectible"):
        return
    if intent["status"] == "succeeded":
        invoice_payments.mark_paid(work, invoice)
        settle(work, invoice)
        _keep_card(work, invoice, intent)
    else:
        asks = intent["status"] == "requires_action"
        note_failure(work, invoice, "invoice.payment_action_required" if asks else "invoice.payment_failed")


def settle(work: Work, invoice: Document, *, off_stripe: bool = False) -> None:
    """Mark an invoice paid, through Stripe or past it, and its subscription active again."""
    alarms.unschedule(work, "invoice.retry", invoice["id"])
    invoice |= {
        "amount_paid": invoice["amount_due"],
        "amount_paid_off_stripe": invoice["amount_due"] if off_stripe else 0,
        "amount_remaining": 0,
        "attempted": True,
        "next_payment_attempt": None,
        "status": "paid",
    }
    invoice["status_transitions"]["paid_at"] = work.now
    work.records.save(invoice)
    events.emit(work, "invoice.paid", invoice)
    events.emit(work, "invoice.payment_succeeded", invoice)
    relieve(work, invoice)


def relieve(work: Work, invoice: Document) -> None:
    """Make a subscription active again once nothing is owed on its latest invoice."""
    subscription = invoices.subscription_of(work, invoice)
    if subscription is None or subscription["latest_invoice"] != invoice["id"]:
        return
    if subscription["status"] in ("incomplete", "past_due", "unpaid"):
        alarms.unschedule(work, "subscription.expire", subscription["id"])
        subscriptions.change(work, subscription, status="active")


def note_failure(work: Work, invoice: Document, event: str) -> None:
    """Tell that an invoice was not paid; a renewal is tried again, a first payment waits for its donor."""
    renewal = invoice["billing_reason"] == "subscription_cycle"
    if renewal and invoice["next_payment_attempt"] is None:
        dunning.plan_next_attempt(work, invoice)
    work.records.save(invoice)
    events.emit(work, event, invoice)
    subscription = invoices.subscription_of(work, invoice)
    if renewal and subscription is not None and subscription["status"] not in subscriptions.ENDED:
        dunning.follow_failure(work, invoice, subscription)


def _keep_card(work: Work, invoice: Document, intent: Document) -> None:
    """Let the card that paid pay the next periods too, where the subscription says so."""
    subscription = invoices.subscription_of(work, invoice)
    if subscription is None:
        return
    saves = subscription["payment_settings"]["save_default_payment_method"] == "on_subscription"
    if saves and subscription["default_payment_method"] != intent["payment_method"]:
        subscriptions.change(work, subscription, default_payment_method=intent["payment_method"])
