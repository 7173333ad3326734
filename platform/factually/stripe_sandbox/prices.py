"""Prices: what a product costs each interval; made ahead, or inline for one subscription."""

import copy
from typing import Final

from factually.stripe_sandbox import currencies, events, products
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import (
    EXPAND,
    Reader,
    Shape,
    boolean,
    choice,
    integer,
    list_of,
    merged,
    metadata,
    nested,
    text,
)
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

RECURRING = nested(
    Shape(
        {"interval": choice("day", "week", "month", "year"), "interval_count": integer(1, 156)},
        required=("interval",),
    )
)
PRICE_DATA = nested(
    Shape(
        {
            "currency": text(3),
            "product": text(),
            "recurring": RECURRING,
            "unit_amount": integer(0),
        },
        required=("currency", "product", "recurring", "unit_amount"),
    )
)
"""An inline price of a subscription item: its product exists already."""
_CHANGEABLE: Final[dict[str, Reader]] = {
    "active": boolean,
    "expand": EXPAND,
    "lookup_key": text(200),
    "metadata": metadata,
    "nickname": text(),
}
CREATE = Shape(
    {
        **_CHANGEABLE,
        "currency": text(3),
        "product": text(),
        "product_data": nested(Shape({"metadata": metadata, "name": text()}, required=("name",))),
        "recurring": RECURRING,
        "unit_amount": integer(0),
    },
    required=("currency", "unit_amount"),
)
UPDATE = Shape(_CHANGEABLE)
RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(
    active=boolean,
    currency=text(3),
    lookup_keys=list_of(text()),
    product=text(),
    type=choice("one_time", "recurring"),
)


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/prices.

    Raises:
        ApiError: no product, or two; or an amount or currency that Stripe refuses.
    """
    if ("product" in parameters) == ("product_data" in parameters):
        raise ApiError("Pass either `product` or `product_data`.", code="parameter_missing", param="product")
    data = dict(parameters)
    if "product_data" in parameters:
        data["product"] = products.create(work, parameters["product_data"])["id"]
    return _build(work, data, param="product")


def create_inline(work: Work, price_data: Document, *, param: str) -> Document:
    """Make the price of one subscription item; it is inactive, so nothing else can use it."""
    return _build(work, {**price_data, "active": False}, param=f"{param}[price_data][product]")


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/prices/{price}."""
    return work.get("price", identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/prices."""
    if "lookup_keys" in parameters:
        found = [
            price
            for price in work.records.select("price")
            if price["lookup_key"] in parameters["lookup_keys"]
        ]
        return {"object": "list", "data": found, "has_more": False}
    return page(work, "price", parameters, "active", "currency", "product", "type")


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/prices/{price}: never the amount."""
    price = work.get("price", identifier)
    before = copy.deepcopy(price)
    _apply(price, parameters)
    work.records.save(price)
    events.emit(work, "price.updated", price, events.changed(before, price))
    return price


def _build(work: Work, parameters: Document, *, param: str) -> Document:
    currency = parameters["currency"].lower()
    currencies.check_amount(parameters["unit_amount"], currency)
    recurring = parameters.get("recurring")
    price: Document = {
        "id": new_id("price"),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": work.now,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": products.living(work, parameters["product"], param=param)["id"],
        "recurring": None
        if recurring is None
        else {"interval_count": 1, **recurring, "meter": None, "usage_type": "licensed"},
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time" if recurring is None else "recurring",
        "unit_amount": parameters["unit_amount"],
        "unit_amount_decimal": str(parameters["unit_amount"]),
    }
    _apply(price, parameters)
    work.records.save(price)
    events.emit(work, "price.created", price)
    return price


def _apply(price: Document, parameters: Document) -> None:
    if "active" in parameters:
        price["active"] = parameters["active"]
    for name in ("lookup_key", "nickname"):
        if name in parameters:
            price[name] = parameters[name] or None
    if "metadata" in parameters:
        price["metadata"] = merged(price["metadata"], parameters["metadata"])
