"""Products: what a subscription is for, such as a monthly gift."""

import copy
from typing import Final

from factually.stripe_sandbox import descriptors, events
from factually.stripe_sandbox.errors import ApiError, missing
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import (
    EXPAND,
    Reader,
    Shape,
    boolean,
    list_of,
    merged,
    metadata,
    text,
)
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

_FIELDS: Final[dict[str, Reader]] = {
    "active": boolean,
    "description": text(),
    "expand": EXPAND,
    "images": list_of(text()),
    "metadata": metadata,
    "name": text(),
    "shippable": boolean,
    "statement_descriptor": text(22),
    "unit_label": text(12),
    "url": text(),
}
CREATE = Shape({**_FIELDS, "id": text()}, required=("name",))
UPDATE = Shape({**_FIELDS, "default_price": text()})
RETRIEVE = Shape({"expand": EXPAND})
DELETE = Shape({})
LIST = list_shape(active=boolean, ids=list_of(text()), shippable=boolean, url=text())


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/products.

    Raises:
        ApiError: `resource_already_exists` for an id in use.
    """
    identifier = parameters.get("id") or new_id("prod")
    if work.records.find("product", identifier) is not None:
        raise ApiError(f"Product already exists with id {identifier}.", code="resource_already_exists")
    product: Document = {
        "id": identifier,
        "object": "product",
        "active": True,
        "created": work.now,
        "default_price": None,
        "description": None,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "name": "",
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "unit_label": None,
        "updated": work.now,
        "url": None,
    }
    _apply(product, parameters)
    work.records.save(product)
    events.emit(work, "product.created", product)
    return product


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/products/{id}."""
    return living(work, identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/products."""
    if "ids" in parameters:
        found = [work.records.find("product", identifier) for identifier in parameters["ids"]]
        known = [product for product in found if product and not product.get("deleted")]
        return {"object": "list", "data": known, "has_more": False}
    return page(work, "product", parameters, "active", "shippable", "url")


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/products/{id}.

    Raises:
        ApiError: a default price of another product.
    """
    product = living(work, identifier)
    before = copy.deepcopy(product)
    if parameters.get("default_price"):
        price = work.get("price", parameters["default_price"], param="default_price")
        if price["product"] != identifier:
            raise ApiError("The price belongs to another product.", param="default_price")
        product["default_price"] = price["id"]
    _apply(product, parameters)
    product["updated"] = work.now
    work.records.save(product)
    events.emit(work, "product.updated", product, events.changed(before, product))
    return product


def delete(work: Work, _parameters: Document, identifier: str) -> Document:
    """DELETE /v1/products/{id}: only without prices.

    Raises:
        ApiError: it has prices.
    """
    product = living(work, identifier)
    if work.records.select("price", Selection(equal={"product": identifier}, limit=1)):
        raise ApiError("This product cannot be deleted because it has one or more user-created prices.")
    stub: Document = {"id": identifier, "object": "product", "deleted": True}
    work.records.save(stub)
    events.emit(work, "product.deleted", product)
    return stub


def living(work: Work, identifier: str, *, param: str | None = None) -> Document:
    """Find a product that was not deleted.

    Raises:
        ApiError: `resource_missing`.
    """
    product = work.get("product", identifier, param=param)
    if product.get("deleted"):
        raise missing("product", identifier, param=param)
    return product


def _apply(product: Document, parameters: Document) -> None:
    descriptors.check_billed(parameters)
    for name in ("active", "images", "shippable"):
        if name in parameters:
            product[name] = parameters[name]
    for name in ("description", "name", "statement_descriptor", "unit_label", "url"):
        if name in parameters:
            product[name] = parameters[name] or None
    if "metadata" in parameters:
        product["metadata"] = merged(product["metadata"], parameters["metadata"])
