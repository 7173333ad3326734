"""Test clocks: Stripe's own way to move time, here hands on the one clock that the whole sandbox goes by.

At Stripe each clock stands still and moves only its own customers. Here a clock shows the sandbox's time, and
advancing one advances everything, so a sandbox is one test's.
"""

from typing import Final

from factually.stripe_sandbox import (
    billing_periods,
    clock,
    customer_deletion,
    due,
    events,
    subscriptions,
)
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id
from factually.stripe_sandbox.listing import CURSORS, page
from factually.stripe_sandbox.shapes import EXPAND, Shape, integer, text
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

CREATE = Shape({"expand": EXPAND, "frozen_time": integer(), "name": text(300)}, required=("frozen_time",))
ADVANCE = Shape({"expand": EXPAND, "frozen_time": integer()}, required=("frozen_time",))
RETRIEVE = Shape({"expand": EXPAND})
DELETE = Shape({})
LIST = Shape(CURSORS)
KIND: Final = "test_helpers.test_clock"
_LIFETIME: Final = 30 * 24 * 3600
_MOST_INTERVALS: Final = 2
_WITHOUT_SUBSCRIPTION: Final = 2 * 366 * 24 * 3600


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/test_helpers/test_clocks: not earlier than the sandbox's own time, which it moves ahead.

    Raises:
        ApiError: a moment in the past.
    """
    test_clock: Document = {
        "id": new_id("clock"),
        "object": KIND,
        "created": work.now,
        "deletes_after": work.now + _LIFETIME,
        "frozen_time": parameters["frozen_time"],
        "livemode": False,
        "name": parameters.get("name"),
        "status": "ready",
        "status_details": {},
    }
    _move(work, parameters["frozen_time"])
    work.records.save(test_clock)
    events.emit(work, f"{KIND}.created", test_clock)
    return test_clock


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/test_helpers/test_clocks/{test_clock}."""
    return work.get(KIND, identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/test_helpers/test_clocks."""
    return page(work, KIND, parameters)


def advance(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/test_helpers/test_clocks/{test_clock}/advance: ready again at once, unlike Stripe's.

    Raises:
        ApiError: a moment in the past, or more than two intervals of a subscription ahead.
    """
    test_clock = work.get(KIND, identifier)
    moment = parameters["frozen_time"]
    if moment <= test_clock["frozen_time"]:
        raise ApiError("Test clocks can only be advanced to a time in the future.", param="frozen_time")
    if moment > _furthest(work, identifier):
        raise ApiError(
            "You cannot advance a test clock more than two intervals from the current frozen time for the"
            " shortest subscription on it.",
            param="frozen_time",
        )
    test_clock |= {"status": "advancing", "status_details": {"advancing": {"target_frozen_time": moment}}}
    events.emit(work, f"{KIND}.advancing", test_clock)
    _move(work, moment)
    test_clock |= {"frozen_time": moment, "status": "ready", "status_details": {}}
    work.records.save(test_clock)
    events.emit(Work(work.records, now=moment), f"{KIND}.ready", test_clock)
    return test_clock


def delete(work: Work, _parameters: Document, identifier: str) -> Document:
    """DELETE /v1/test_helpers/test_clocks/{test_clock}, and its customers with it."""
    test_clock = work.get(KIND, identifier)
    for customer in work.records.select("customer", Selection(equal={"test_clock": identifier})):
        customer_deletion.delete(work, {}, customer["id"])
    stub: Document = {"id": identifier, "object": KIND, "deleted": True}
    work.records.save(stub)
    events.emit(work, f"{KIND}.deleted", test_clock)
    return stub


def _furthest(work: Work, identifier: str) -> int:
    """Give the latest moment that a clock may be advanced to in one step."""
    living = Selection(equal={"test_clock": identifier, "_ended": False})
    furthest = work.now + _WITHOUT_SUBSCRIPTION
    for subscription in work.records.select("subscription", living):
        start, _ = subscriptions.period(subscription)
        recurring = subscription["items"]["data"][0]["price"]["recurring"]
        steps = _MOST_INTERVALS * recurring["interval_count"]
        furthest = min(furthest, billing_periods.boundary(max(start, work.now), recurring["interval"], steps))
    return furthest


def _move(work: Work, moment: int) -> None:
    if moment < work.now:
        raise ApiError(
            f"The sandbox has one clock, which says {work.now}; a test clock cannot begin before it.",
            param="frozen_time",
        )
    due.settle(work.records, clock.advance(work.records, moment - work.now))
