"""Events: the object as it stood at that moment, and one delivery for each endpoint that asked."""

from typing import Final

from factually.stripe_sandbox.errors import ApiError, missing
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import EXPAND, Shape, boolean, list_of, text
from factually.stripe_sandbox.store import Document, Planned, Selection, public
from factually.stripe_sandbox.work import API_VERSION, Work

RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(type=text(), types=list_of(text()), delivery_success=boolean)
DELIVERY: Final = "sandbox.delivery"
_KEPT: Final = 30 * 24 * 3600
_MOST_TYPES: Final = 20


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/events/{id}: for 30 days.

    Raises:
        ApiError: `resource_missing`.
    """
    event = work.get("event", identifier)
    if event["created"] < work.now - _KEPT:
        raise missing("event", identifier)
    return event


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/events: 30 days back; `type` may end in a star, `types` names at most 20.

    Raises:
        ApiError: `type` and `types` together, or too many types.
    """
    types = parameters.get("types")
    if "type" in parameters:
        if types is not None:
            raise ApiError("You may only specify one of these parameters: type, types.", param="type")
        types = [parameters["type"]]
    elif types is not None and len(types) > _MOST_TYPES:
        raise ApiError("You may pass at most 20 types.", param="types")
    equal = {}
    if "delivery_success" in parameters:
        equal["_delivered"] = parameters["delivery_success"]
    selection = Selection(
        types=None if types is None else tuple(types), equal=equal, earliest=work.now - _KEPT
    )
    return page(work, "event", parameters, selection=selection)


def emit(work: Work, kind: str, subject: Document, previous: Document | None = None) -> None:
    """Record that something happened to an object that was just saved.

    Event and deliveries are part of the same transaction; they leave the house after its commit.
    """
    endpoints = [
        endpoint
        for endpoint in work.records.select("webhook_endpoint", Selection(equal={"status": "enabled"}))
        if {"*", kind} & set(endpoint["enabled_events"])
    ]
    event: Document = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": work.now,
        "data": {"object": public(subject)},
        "livemode": False,
        "pending_webhooks": len(endpoints),
        "request": {"id": work.request_id, "idempotency_key": work.idempotency_key},
        "type": kind,
        "_delivered": not endpoints,
        "_waiting": [endpoint["id"] for endpoint in endpoints],
    }
    if previous is not None:
        event["data"]["previous_attributes"] = public(previous)
    work.records.save(event)
    for endpoint in endpoints:
        plan_delivery(work, event, endpoint)


def plan_delivery(work: Work, event: Document, endpoint: Document) -> Document:
    """Write down that an event is to be sent to an endpoint."""
    delivery: Document = {
        "id": new_id("dlv"),
        "object": DELIVERY,
        "created": work.now,
        "event": event["id"],
        "type": event["type"],
        "endpoint": endpoint["id"],
        "url": endpoint["url"],
        "state": "pending",
        "attempts": [],
    }
    work.records.save(delivery)
    work.records.outbox.append(Planned(delivery["id"], event["type"]))
    return delivery


def count_down(work: Work, delivery: Document) -> None:
    """Note on the event that one endpoint has received it."""
    event = work.get("event", delivery["event"])
    waiting = [endpoint for endpoint in event["_waiting"] if endpoint != delivery["endpoint"]]
    event |= {"_waiting": waiting, "pending_webhooks": len(waiting), "_delivered": not waiting}
    work.records.save(event)


def changed(before: Document, after: Document) -> Document:
    """Give `previous_attributes`: the old values of what differs at the top level."""
    return {name: before.get(name) for name in after if before.get(name) != after[name]}
