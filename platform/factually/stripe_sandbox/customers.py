"""Customers."""

import copy
from typing import Final

from factually.stripe_sandbox import events, payment_methods, searching
from factually.stripe_sandbox.errors import ApiError, missing
from factually.stripe_sandbox.identifiers import new_id, random_text
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import (
    ADDRESS,
    EXPAND,
    SHIPPING,
    Shape,
    choice,
    list_of,
    merged,
    metadata,
    nested,
    text,
)
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

_FIELDS = {
    "address": ADDRESS,
    "description": text(),
    "email": text(512),
    "expand": EXPAND,
    "invoice_settings": nested(Shape({"default_payment_method": text()})),
    "metadata": metadata,
    "name": text(256),
    "phone": text(20),
    "preferred_locales": list_of(text()),
    "shipping": SHIPPING,
    "tax_exempt": choice("exempt", "none", "reverse"),
}
CREATE = Shape({**_FIELDS, "payment_method": text(), "test_clock": text()})
UPDATE = Shape(_FIELDS)
RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(email=text(512), test_clock=text())
SEARCH = searching.shape()
_SEARCHED: Final = ("created", "email", "name", "phone")


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/customers."""
    customer: Document = {
        "id": new_id("cus"),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": work.now,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": random_text(8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    if "test_clock" in parameters:
        test_clock = work.get("test_helpers.test_clock", parameters["test_clock"], param="test_clock")
        customer["test_clock"] = test_clock["id"]
    if "payment_method" in parameters:
        method = payment_methods.by_reference(work, parameters["payment_method"], param="payment_method")
        payment_methods.attach(work, method, customer["id"])
    _apply(work, customer, parameters)
    work.records.save(customer)
    events.emit(work, "customer.created", customer)
    return customer


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/customers/{customer}; of a deleted one only the fact that it was."""
    return work.get("customer", identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/customers."""
    return page(work, "customer", parameters, "email", "test_clock")


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/customers/{customer}."""
    customer = living(work, identifier)
    before = copy.deepcopy(customer)
    _apply(work, customer, parameters)
    difference = events.changed(before, customer)
    if difference:
        work.records.save(customer)
        events.emit(work, "customer.updated", customer, difference)
    return customer


def search(work: Work, parameters: Document) -> Document:
    """GET /v1/customers/search."""
    return searching.search(work, "customer", parameters, _SEARCHED)


def living(work: Work, identifier: str, *, param: str | None = None) -> Document:
    """Find a customer that was not deleted.

    Raises:
        ApiError: `resource_missing`.
    """
    customer = work.get("customer", identifier, param=param)
    if customer.get("deleted"):
        raise missing("customer", identifier, param=param)
    return customer


def _apply(work: Work, customer: Document, parameters: Document) -> None:
    for name in ("address", "description", "email", "name", "phone", "shipping"):
        if name in parameters:
            customer[name] = _filled(name, parameters[name])
    for name in ("preferred_locales", "tax_exempt"):
        if name in parameters:
            customer[name] = parameters[name]
    if "metadata" in parameters:
        customer["metadata"] = merged(customer["metadata"], parameters["metadata"])
    default = (parameters.get("invoice_settings") or {}).get("default_payment_method")
    if default is not None:
        if (
            default
            and work.get("payment_method", default, param="payment_method")["customer"] != (customer["id"])
        ):
            raise ApiError("The customer does not have this payment method.", param="invoice_settings")
        customer["invoice_settings"]["default_payment_method"] = default or None


def _filled(name: str, value: Document | str) -> Document | str | None:
    if not isinstance(value, dict):
        return value or None
    if name == "address":
        address: Document = payment_methods.full_billing_details({"address": value})["address"]
        return address
    return value | {"address": payment_methods.full_billing_details(value)["address"]}
