"""Subscription items: what is paid for each period, at which price."""

import copy
from typing import Final

from factually.stripe_sandbox import prices, subscriptions
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import CURSORS, page
from factually.stripe_sandbox.shapes import (
    EXPAND,
    Reader,
    Shape,
    boolean,
    choice,
    integer,
    merged,
    metadata,
    text,
)
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

_FIELDS: Final[dict[str, Reader]] = {
    "metadata": metadata,
    "price": text(),
    "price_data": prices.PRICE_DATA,
    "quantity": integer(1),
}
IN_NEW: Final = Shape(_FIELDS)
IN_CHANGE: Final = Shape({**_FIELDS, "deleted": boolean, "id": text()})
_PRORATION: Final[dict[str, Reader]] = {
    "proration_behavior": choice("always_invoice", "create_prorations", "none")
}
CREATE = Shape(
    {**_FIELDS, **_PRORATION, "expand": EXPAND, "subscription": text()}, required=("subscription",)
)
UPDATE = Shape({**_FIELDS, **_PRORATION, "expand": EXPAND, "off_session": boolean})
DELETE = Shape(_PRORATION)
RETRIEVE = Shape({"expand": EXPAND})
LIST = Shape({**CURSORS, "subscription": text()}, required=("subscription",))


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/subscription_items."""
    subscription = work.get("subscription", parameters["subscription"], param="subscription")
    change(work, subscription, [_wanted(parameters)], parameters)
    return newest(subscription)


def newest(subscription: Document) -> Document:
    """Give the item that was added last."""
    item: Document = subscription["items"]["data"][-1]
    return item


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/subscription_items/{item}."""
    return work.get("subscription_item", identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/subscription_items."""
    return page(work, "subscription_item", parameters, "subscription")


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/subscription_items/{item}."""
    item = work.get("subscription_item", identifier)
    subscription = work.get("subscription", item["subscription"])
    change(work, subscription, [{"id": identifier, **_wanted(parameters)}], parameters)
    return work.get("subscription_item", identifier)


def delete(work: Work, parameters: Document, identifier: str) -> Document:
    """DELETE /v1/subscription_items/{item}: not the last one."""
    item = work.get("subscription_item", identifier)
    subscription = work.get("subscription", item["subscription"])
    change(work, subscription, [{"id": identifier, "deleted": True}], parameters)
    return {"id": identifier, "object": "subscription_item", "deleted": True}


def change(work: Work, subscription: Document, wanted: list[Document], parameters: Document) -> None:
    """Change the items of a subscription from the next period on, save and tell it.

    Raises:
        ApiError: an ended subscription, an unknown item, a price that does not fit, or prorations.
    """
    check_changeable(subscription)
    before = copy.deepcopy(subscription)
    apply(work, subscription, wanted)
    check_proration(before, subscription, parameters)
    subscriptions.tell(work, before, subscription)


def apply(work: Work, subscription: Document, wanted: list[Document]) -> None:
    """Add, change and remove items as asked, without saving the subscription.

    Raises:
        ApiError: an unknown item, no item left, or prices of different currencies or intervals.
    """
    items = subscription["items"]["data"]
    for place, one in enumerate(wanted):
        item = _named(subscription, one["id"]) if one.get("id") else _blank(work, subscription)
        if one.get("deleted"):
            items.remove(item)
            work.records.delete(item["id"])
            continue
        _apply(work, item, one, param=f"items[{place}]")
        if item not in items:
            items.append(item)
    if not items:
        raise ApiError("A subscription must have at least one active item.", param="items")
    _check_alike(subscription)


def check_changeable(subscription: Document) -> None:
    """See that a subscription's items may change.

    Raises:
        ApiError: it ended, or waits for its first payment.
    """
    if subscription["status"] in subscriptions.ENDED:
        raise ApiError("A canceled subscription can only update its cancellation_details and metadata.")
    if subscription["status"] == "incomplete":
        raise ApiError(
            "You cannot update the items of an incomplete subscription; its first invoice must be paid."
        )


def check_proration(before: Document, subscription: Document, parameters: Document) -> None:
    """See that no proration is asked for, which Stripe does unless told not to.

    Raises:
        ApiError: the amount changes without `proration_behavior` none.
    """
    if subscriptions.amount(before) == subscriptions.amount(subscription):
        return
    if parameters.get("proration_behavior") != "none":
        raise ApiError(
            "This sandbox makes no prorations: pass proration_behavior none, or Stripe would charge or"
            " credit the rest of the current period.",
            param="proration_behavior",
        )


def _wanted(parameters: Document) -> Document:
    return {name: value for name, value in parameters.items() if name in _FIELDS}


def _named(subscription: Document, identifier: str) -> Document:
    for item in subscription["items"]["data"]:
        if item["id"] == identifier:
            found: Document = item
            return found
    raise ApiError(f"No such subscription item: '{identifier}'", code="resource_missing", param="items")


def _blank(work: Work, subscription: Document) -> Document:
    start, end = subscriptions.period(subscription) if subscription["items"]["data"] else (work.now, work.now)
    return {
        "id": new_id("si"),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": work.now,
        "current_period_end": end,
        "current_period_start": start,
        "discounts": [],
        "metadata": {},
        "price": None,
        "quantity": 1,
        "subscription": subscription["id"],
        "tax_rates": [],
    }


def _apply(work: Work, item: Document, one: Document, *, param: str) -> None:
    if "price" in one and "price_data" in one:
        raise ApiError("You may only specify one of these parameters: price, price_data.", param=param)
    if "price_data" in one:
        item["price"] = prices.create_inline(work, one["price_data"], param=param)
    elif "price" in one:
        price = work.get("price", one["price"], param=f"{param}[price]")
        if not price["active"]:
            raise ApiError("The price specified is inactive.", param=f"{param}[price]")
        item["price"] = price
    if item["price"] is None:
        raise ApiError("Missing required param: price.", code="parameter_missing", param=f"{param}[price]")
    if item["price"]["recurring"] is None:
        raise ApiError("The price specified is set to `type=one_time`.", param=f"{param}[price]")
    item["quantity"] = one.get("quantity", item["quantity"])
    if "metadata" in one:
        item["metadata"] = merged(item["metadata"], one["metadata"])


def _check_alike(subscription: Document) -> None:
    seen = [item["price"] for item in subscription["items"]["data"]]
    if any(price["currency"] != subscription["currency"] for price in seen):
        raise ApiError(
            f"A subscription has one currency, {subscription['currency']}, for all its items.", param="items"
        )
    first = seen[0]["recurring"]
    if any(price["recurring"] != first for price in seen):
        raise ApiError("All items of a subscription must have the same billing interval.", param="items")
    asked = subscription.setdefault("_recurring", first)
    if first != asked:
        raise ApiError("This sandbox does not change the interval of a subscription.", param="items")
