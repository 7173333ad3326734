"""Ends of an invoice other than its payment: void, and uncollectible."""

from factually.stripe_sandbox import (
    alarms,
    capturing,
    events,
    invoice_payments,
    invoice_settling,
    invoices,
    subscriptions,
)
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.shapes import EXPAND, Shape
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

VOID = Shape({"expand": EXPAND})
MARK_UNCOLLECTIBLE = Shape({"expand": EXPAND})
SEND = Shape({"expand": EXPAND})


def void(work: Work, _parameters: Document, identifier: str) -> Document:
    """POST /v1/invoices/{invoice}/void: a finalised invoice is as if it had never been.

    Raises:
        ApiError: a draft, or an invoice paid or void.
    """
    invoice = work.get("invoice", identifier)
    if invoice["status"] not in ("open", "uncollectible"):
        raise invoices.unexpected_state(invoice, "voided")
    make_void(work, invoice)
    _follow(work, invoice)
    return invoice


def make_void(work: Work, invoice: Document) -> None:
    """Void an invoice and end its PaymentIntent; what that means for a subscription is the caller's."""
    alarms.unschedule(work, "invoice.finalize", invoice["id"])
    alarms.unschedule(work, "invoice.retry", invoice["id"])
    intent = invoice_payments.intent_of(work, invoice)
    if intent is not None:
        capturing.cancel(work, {"cancellation_reason": "void_invoice"}, intent["id"])
        invoice_payments.mark_canceled(work, invoice)
    invoice |= {
        "auto_advance": False,
        "automatically_finalizes_at": None,
        "next_payment_attempt": None,
        "status": "void",
    }
    invoice["status_transitions"]["voided_at"] = work.now
    work.records.save(invoice)
    events.emit(work, "invoice.voided", invoice)


def mark_uncollectible(work: Work, _parameters: Document, identifier: str) -> Document:
    """POST /v1/invoices/{invoice}/mark_uncollectible: given up, though it may still be paid.

    Raises:
        ApiError: an invoice that is not open.
    """
    invoice = work.get("invoice", identifier)
    if invoice["status"] != "open":
        raise invoices.unexpected_state(invoice, "marked uncollectible")
    make_uncollectible(work, invoice)
    _follow(work, invoice)
    return invoice


def make_uncollectible(work: Work, invoice: Document) -> None:
    """Give an invoice up."""
    alarms.unschedule(work, "invoice.retry", invoice["id"])
    invoice |= {"auto_advance": False, "next_payment_attempt": None, "status": "uncollectible"}
    invoice["status_transitions"]["marked_uncollectible_at"] = work.now
    work.records.save(invoice)
    events.emit(work, "invoice.marked_uncollectible", invoice)


def send(work: Work, _parameters: Document, identifier: str) -> Document:
    """POST /v1/invoices/{invoice}/send: for invoices that wait for the customer, which none here does.

    Raises:
        ApiError: always, as of an invoice that is charged automatically.
    """
    work.get("invoice", identifier)
    raise ApiError("You can only manually send an invoice if its collection method is `send_invoice`.")


def _follow(work: Work, invoice: Document) -> None:
    """Let a subscription expire with its first invoice, or be active again without a later one."""
    subscription = invoices.subscription_of(work, invoice)
    if subscription is None or subscription["status"] != "incomplete":
        invoice_settling.relieve(work, invoice)
    elif invoice["status"] == "void":
        expire(work, subscription)


def expire(work: Work, subscription: Document) -> None:
    """Let a subscription end whose first payment never came."""
    before = {name: subscription[name] for name in ("canceled_at", "ended_at", "status")}
    subscriptions.end(work, subscription, "payment_failed", status="incomplete_expired")
    events.emit(work, "customer.subscription.updated", subscription, before)
