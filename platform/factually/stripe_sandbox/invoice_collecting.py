"""Finalising an invoice and taking its money: at its hour, when retried, or by `pay`."""

from typing import Final

from factually.stripe_sandbox import (
    customers,
    descriptors,
    events,
    invoice_payments,
    invoice_settling,
    invoices,
    paying,
    payment_intents,
    payment_methods,
)
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.shapes import EXPAND, Shape, boolean, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

FINALIZE = Shape({"auto_advance": boolean, "expand": EXPAND})
PAY = Shape(
    {
        "expand": EXPAND,
        "off_session": boolean,
        "paid_out_of_band": boolean,
        "payment_method": text(),
    }
)
_DESCRIPTIONS: Final = {
    "subscription_create": "Subscription creation",
    "subscription_cycle": "Subscription update",
}


def finalize(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/invoices/{invoice}/finalize: money is taken by the automatic collection, or by `pay`.

    Raises:
        ApiError: no draft.
    """
    invoice = work.get("invoice", identifier)
    if invoice["status"] != "draft":
        raise invoices.unexpected_state(invoice, "finalized")
    invoice["auto_advance"] = parameters.get("auto_advance", invoice["auto_advance"])
    issue(work, invoice)
    if invoice["status"] == "open" and invoice["auto_advance"]:
        collect(work, invoice)
    return work.get("invoice", identifier)


def finalize_due(work: Work, identifier: str) -> None:
    """Finalise a draft whose hour has passed and collect it, unless it was told not to advance."""
    invoice = work.records.find("invoice", identifier)
    if invoice is None or invoice["status"] != "draft" or not invoice["auto_advance"]:
        return
    issue(work, invoice)
    if invoice["status"] == "open":
        collect(work, invoice)


def retry(work: Work, identifier: str) -> None:
    """Try an open invoice once more, as the dunning planned."""
    invoice = work.get("invoice", identifier)
    if invoice["status"] == "open" and invoice["auto_advance"]:
        collect(work, invoice)


def issue(work: Work, invoice: Document) -> None:
    """Turn a draft into an open invoice with a number and a PaymentIntent; of nothing, into a paid one."""
    customer = customers.living(work, invoice["customer"])
    invoice |= {
        "automatically_finalizes_at": None,
        "effective_at": work.now,
        "ending_balance": 0,
        "number": f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}",
        "status": "open",
    }
    invoice["status_transitions"]["finalized_at"] = work.now
    work.records.save(invoice)
    customer["next_invoice_sequence"] += 1
    work.records.save(customer)
    events.emit(work, "invoice.finalized", invoice)
    if invoice["amount_due"] == 0:
        invoice_settling.settle(work, invoice)
        return
    intent = payment_intents.build(
        work,
        {
            "amount": invoice["amount_due"],
            "allowed_payment_method_types": ["card"],
            "capture_method": "automatic",
            "currency": invoice["currency"],
            "customer": invoice["customer"],
            "description": _DESCRIPTIONS.get(invoice["billing_reason"], "Payment for Invoice"),
            "setup_future_usage": "off_session",
            "statement_descriptor_suffix": descriptors.fitted(invoice["statement_descriptor"]),
        },
    )
    intent["_invoice"] = invoice["id"]
    work.records.save(intent)
    invoice_payments.open_for(work, invoice, intent)


def collect(work: Work, invoice: Document) -> None:
    """Charge the saved card behind an open invoice, counting the attempt; the outcome follows by itself."""
    invoice |= {
        "attempt_count": invoice["attempt_count"] + 1,
        "attempted": True,
        "next_payment_attempt": None,
    }
    work.records.save(invoice)
    method = default_method(work, invoice)
    intent = invoice_payments.intent_of(work, invoice)
    if method is None or intent is None:
        invoice_settling.note_failure(work, invoice, "invoice.payment_failed")
    else:
        paying.charge_saved_card(work, intent, method["id"])


def default_method(work: Work, invoice: Document) -> Document | None:
    """Find the card that pays: the invoice's, the subscription's or the customer's own, if still saved."""
    customer = customers.living(work, invoice["customer"])
    subscription = invoices.subscription_of(work, invoice)
    chosen = (
        invoice["default_payment_method"]
        or (subscription and subscription["default_payment_method"])
        or customer["invoice_settings"]["default_payment_method"]
    )
    method = work.get("payment_method", chosen) if chosen else None
    return method if method is not None and method["customer"] == customer["id"] else None


def pay(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/invoices/{invoice}/pay: now, with the card named or the saved one; a draft is finalised.

    Raises:
        ApiError: 402 where the card is declined or asks for its cardholder; 400 where nothing is owed.
    """
    invoice = work.get("invoice", identifier)
    if invoice["status"] == "draft":
        issue(work, invoice)
    elif invoice["status"] not in ("open", "uncollectible"):
        paid = invoice["status"] == "paid"
        raise ApiError("Invoice is already paid") if paid else invoices.unexpected_state(invoice, "paid")
    if parameters.get("paid_out_of_band"):
        invoice_payments.mark_canceled(work, invoice)
        invoice_settling.settle(work, invoice, off_stripe=True)
    elif invoice["status"] != "paid":
        _charge(work, invoice, parameters)
    return work.get("invoice", identifier)


def _charge(work: Work, invoice: Document, parameters: Document) -> None:
    reference = parameters.get("payment_method")
    if reference:
        method = payment_methods.by_reference(work, reference, param="payment_method")
        payment_methods.check_usable(method, invoice["customer"])
    else:
        saved = default_method(work, invoice)
        if saved is None:
            raise no_method()
        method = saved
    invoice |= {"attempt_count": max(1, invoice["attempt_count"]), "attempted": True}
    work.records.save(invoice)
    intent = invoice_payments.intent_of(work, invoice)
    if intent is None:
        raise invoices.unexpected_state(invoice, "paid")
    off_session = parameters.get("off_session", True)
    charged = paying.charge_saved_card(work, intent, method["id"], off_session=off_session)
    if charged["status"] != "succeeded":
        raise refusal(charged)


def no_method() -> ApiError:
    """Say that there is nothing to charge."""
    return ApiError(
        "This customer has no attached payment source or default payment method. Please consider adding a"
        " default payment method.",
        code="resource_missing",
    )


def refusal(intent: Document) -> ApiError:
    """Word why an invoice's intent did not succeed; what was tried stays."""
    error = intent["last_payment_error"]
    if intent["status"] == "requires_action" or error is None:
        return ApiError(
            "Payment for this invoice requires additional user action before it can be completed"
            " successfully. Payment can be completed using the PaymentIntent associated with the invoice.",
            status=402,
            type="card_error",
            code="invoice_payment_intent_requires_action",
            attached={"payment_intent": intent},
            keeps_work=True,
        )
    return ApiError(
        error["message"],
        status=402,
        type="card_error",
        code=error.get("code"),
        decline_code=error.get("decline_code"),
        attached={"payment_intent": intent},
        keeps_work=True,
    )
