"""InvoicePayments: which PaymentIntent pays an invoice, and how far it got."""

from typing import Final

from factually.stripe_sandbox import events
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import EXPAND, Shape, choice, nested, text
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(
    invoice=text(),
    payment=nested(Shape({"payment_intent": text(), "type": choice("payment_intent")}, required=("type",))),
    status=choice("canceled", "open", "paid"),
)
_KIND: Final = "invoice_payment"


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/invoice_payments/{invoice_payment}."""
    return work.get(_KIND, identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/invoice_payments."""
    equal: dict[str, str | int | bool | None] = {}
    intent = parameters.get("payment", {}).get("payment_intent")
    if intent is not None:
        equal["payment.payment_intent"] = intent
    return page(work, _KIND, parameters, "invoice", "status", selection=Selection(equal=equal))


def open_for(work: Work, invoice: Document, intent: Document) -> None:
    """Note that an intent is to pay an invoice."""
    work.records.save(
        {
            "id": new_id("inpay"),
            "object": _KIND,
            "amount_paid": None,
            "amount_requested": invoice["amount_due"],
            "created": work.now,
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "livemode": False,
            "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
            "status": "open",
            "status_transitions": {"canceled_at": None, "paid_at": None},
        }
    )


def mark_paid(work: Work, invoice: Document) -> None:
    """Let an invoice's payment be paid in full."""
    payment = _of(work, invoice)[0]
    payment |= {"amount_paid": payment["amount_requested"], "status": "paid"}
    payment["status_transitions"]["paid_at"] = work.now
    work.records.save(payment)
    events.emit(work, "invoice_payment.paid", payment)


def mark_canceled(work: Work, invoice: Document) -> None:
    """End what still waits to pay an invoice that will not be paid."""
    for payment in _of(work, invoice):
        payment["status"] = "canceled"
        payment["status_transitions"]["canceled_at"] = work.now
        work.records.save(payment)


def intent_of(work: Work, invoice: Document) -> Document | None:
    """Give the PaymentIntent that pays an invoice, once it is finalised."""
    payments = _of(work, invoice)
    return work.get("payment_intent", payments[0]["payment"]["payment_intent"]) if payments else None


def included(work: Work, invoice: Document) -> Document:
    """Give the list that `invoice.payments` holds where it is expanded."""
    return {
        "object": "list",
        "data": _of(work, invoice),
        "has_more": False,
        "url": f"/v1/invoice_payments?invoice={invoice['id']}",
    }


def confirmation_secret(work: Work, invoice: Document) -> Document | None:
    """Give what a browser needs to finish the payment, where `invoice.confirmation_secret` is expanded."""
    intent = intent_of(work, invoice)
    if intent is None:
        return None
    return {"client_secret": intent["client_secret"], "type": "payment_intent"}


def _of(work: Work, invoice: Document) -> list[Document]:
    return work.records.select(_KIND, Selection(equal={"invoice": invoice["id"]}))
