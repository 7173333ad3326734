"""Invoices: the document of one period's payment; changed and read here."""

import copy
from typing import Final

from factually.stripe_sandbox import customers, descriptors, events, invoice_drafts, searching
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.listing import CURSORS, list_shape, page
from factually.stripe_sandbox.shapes import EXPAND, Reader, Shape, boolean, choice, merged, metadata, text
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

_CHANGEABLE: Final[dict[str, Reader]] = {
    "auto_advance": boolean,
    "default_payment_method": text(),
    "description": text(1500),
    "expand": EXPAND,
    "footer": text(5000),
    "metadata": metadata,
    "statement_descriptor": text(22),
}
CREATE = Shape({**_CHANGEABLE, "currency": text(3), "customer": text()}, required=("customer",))
UPDATE = Shape(_CHANGEABLE)
RETRIEVE = Shape({"expand": EXPAND})
SEARCH = searching.shape()
_SEARCHED: Final = ("created", "currency", "customer", "number", "status", "total")
DELETE = Shape({})
LIST = list_shape(
    collection_method=choice("charge_automatically", "send_invoice"),
    customer=text(),
    status=choice("draft", "open", "paid", "uncollectible", "void"),
    subscription=text(),
)
LINES = Shape(CURSORS)


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/invoices: an empty draft; items come from subscriptions only."""
    customer = customers.living(work, parameters["customer"], param="customer")
    invoice = invoice_drafts.blank(work, customer, parameters.get("currency", "usd").lower(), "manual")
    invoice["auto_advance"] = False
    _apply(invoice, parameters)
    work.records.save(invoice)
    events.emit(work, "invoice.created", invoice)
    return invoice


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/invoices/{invoice}."""
    return work.get("invoice", identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/invoices."""
    equal: dict[str, str | int | bool | None] = {}
    if "subscription" in parameters:
        equal["_subscription"] = parameters["subscription"]
    selection = Selection(equal=equal)
    return page(work, "invoice", parameters, "collection_method", "customer", "status", selection=selection)


def search(work: Work, parameters: Document) -> Document:
    """GET /v1/invoices/search."""
    return searching.search(work, "invoice", parameters, _SEARCHED)


def list_lines(work: Work, parameters: Document, identifier: str) -> Document:
    """GET /v1/invoices/{invoice}/lines: all at once, an invoice has few."""
    limit = parameters.get("limit", 10)
    lines = work.get("invoice", identifier)["lines"]["data"]
    return {"object": "list", "data": lines[:limit], "has_more": len(lines) > limit}


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/invoices/{invoice}: after its end nothing but metadata.

    Raises:
        ApiError: the invoice is paid or void.
    """
    invoice = work.get("invoice", identifier)
    if invoice["status"] in ("paid", "void") and set(parameters) - {"expand", "metadata"}:
        raise unexpected_state(invoice, "updated")
    before = copy.deepcopy(invoice)
    _apply(invoice, parameters)
    work.records.save(invoice)
    events.emit(work, "invoice.updated", invoice, events.changed(before, invoice))
    return invoice


def delete(work: Work, _parameters: Document, identifier: str) -> Document:
    """DELETE /v1/invoices/{invoice}: a draft that no subscription made.

    Raises:
        ApiError: a finalised invoice, or a subscription's.
    """
    invoice = work.get("invoice", identifier)
    if invoice["status"] != "draft":
        raise unexpected_state(invoice, "deleted")
    if invoice["parent"] is not None:
        raise ApiError("You can't delete invoices created by subscriptions.")
    work.records.delete(identifier)
    events.emit(work, "invoice.deleted", invoice)
    return {"id": identifier, "object": "invoice", "deleted": True}


def subscription_of(work: Work, invoice: Document) -> Document | None:
    """Give the subscription an invoice belongs to, if it belongs to one."""
    identifier = invoice.get("_subscription")
    return None if identifier is None else work.get("subscription", identifier)


def unexpected_state(invoice: Document, verb: str) -> ApiError:
    """Say that an invoice's status does not allow this."""
    return ApiError(
        f"This invoice could not be {verb} because it has a status of {invoice['status']}.",
        code="invoice_not_editable",
    )


def _apply(invoice: Document, parameters: Document) -> None:
    descriptors.check_billed(parameters)
    if "auto_advance" in parameters:
        invoice["auto_advance"] = parameters["auto_advance"]
    for name in ("default_payment_method", "description", "footer", "statement_descriptor"):
        if name in parameters:
            invoice[name] = parameters[name] or None
    if "metadata" in parameters:
        invoice["metadata"] = merged(invoice["metadata"], parameters["metadata"])
