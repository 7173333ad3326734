"""Faults on request, so that what is rare at Stripe can be tried at will."""

import secrets
import threading
import time
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final, Literal, get_args

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.operations import OPERATIONS

OfRoutes = Literal[
    "black_hole",
    "delay",
    "drop_after",
    "error_after",
    "error_before",
    "lock",
    "rate_limit",
    "reset",
    "trickle",
    "wrong_json",
]
"""What goes wrong on a route of the API.

Before the work: a 500 (`error_before`), 429, 409 `lock_timeout`, no answer for `seconds` (`black_hole`), the
connection reset, a `delay` with the key in flight. After it, so that the work stands: a 500, stored under the
key as Stripe stores them; the connection dropped; an answer that is not JSON; one byte each `seconds`.
"""
OfWebhooks = Literal["bad_signature", "delay", "drop", "duplicate", "reverse", "shuffle", "stale", "withhold"]
"""What goes wrong with a delivery.

Sent twice; never sent (`drop`: given up at once; `withhold`: that try fails); delayed; signed with another
secret; signed an hour ago; the next `count` first tries in reverse or any order, within `seconds`.
"""

WEBHOOK: Final = "webhook"
ANY: Final = "*"
_LATER: Final = ("delay", "reverse", "shuffle")
_LONGEST: Final = 600.0


@dataclass
class Fault:
    """One fault waiting to happen `count` times; see the kinds for what `seconds` is.

    `route` is `POST /v1/refunds`, `*` for any, `webhook`, or `webhook charge.*` for events of some types.
    """

    route: str
    kind: str
    count: int = 1
    seconds: float = 1.0
    asked: int = field(init=False)
    since: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.asked = self.count

    @property
    def of_webhooks(self) -> bool:
        """Whether it happens to deliveries."""
        return self.route.partition(" ")[0] == WEBHOOK

    def concerns(self, route: str, event_type: str | None) -> bool:
        """Say whether it happens to a request on this route, or to a delivery of this type of event."""
        if event_type is None:
            return self.route in (route, ANY)
        return self.of_webhooks and fnmatchcase(event_type, self.route.partition(" ")[2] or "*")

    def described(self) -> dict[str, Any]:
        """Give what was asked for, with the count that is left."""
        return {"route": self.route, "kind": self.kind, "count": self.count, "seconds": self.seconds}


class Faults:
    """The faults asked for and not yet used up; in memory only, they are for one test."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Fault] = []
        self._clearings = 0

    def add(self, fault: Fault) -> None:
        """Ask for a fault.

        Raises:
            ApiError: a route or kind that does not exist, or a kind that makes no sense there.
        """
        if fault.kind not in (*get_args(OfRoutes), *get_args(OfWebhooks)):
            raise ApiError(f"Unknown fault: {fault.kind}", param="kind")
        if not fault.of_webhooks and fault.route not in {ANY, *(one.route for one in OPERATIONS)}:
            raise ApiError(
                f"Unknown route: {fault.route}; write it as in POST /v1/payment_intents/{{}}/capture",
                param="route",
            )
        if fault.kind not in get_args(OfWebhooks if fault.of_webhooks else OfRoutes):
            raise ApiError(f"{fault.kind} cannot happen on {fault.route}", param="kind")
        if fault.count < 1 or not 0 <= fault.seconds <= _LONGEST:
            raise ApiError("count must be 1 or more, seconds between 0 and 600", param="count")
        with self._changed:
            self._waiting.append(fault)

    def take(self, route: str) -> Fault | None:
        """Use up one occurrence of the oldest fault that waits for a route."""
        with self._changed:
            return self._used(next((fault for fault in self._waiting if fault.concerns(route, None)), None))

    def take_for_delivery(self, event_type: str) -> Fault | None:
        """Use up one occurrence of the oldest fault that waits for such a delivery, its moment aside."""
        with self._changed:
            return self._used(self._for_delivery(event_type, later=False))

    def pause_before(self, event_type: str) -> float:
        """Give the pause before a delivery's first try (seconds): 0 unless a fault wants it later."""
        with self._changed:
            fault = self._for_delivery(event_type, later=True)
            if fault is None:
                return 0.0
            now = time.monotonic()
            fault.since = fault.since or now
            left, kind = fault.count, fault.kind
            self._used(fault)
            if kind == "delay":
                return fault.seconds
            share = left / fault.asked if kind == "reverse" else secrets.randbelow(1000) / 1000
            return max(0.0, fault.since + share * fault.seconds - now)

    def pause(self, seconds: float) -> None:
        """Wait, as a fault wants it, but not longer than until the faults are cleared."""
        with self._changed:
            clearings = self._clearings
            self._changed.wait_for(lambda: self._clearings != clearings, seconds)

    def waiting(self) -> list[dict[str, Any]]:
        """List what has not happened yet."""
        with self._changed:
            return [fault.described() for fault in self._waiting]

    def clear(self) -> None:
        """Forget what has not happened yet, and end what is happening."""
        with self._changed:
            self._waiting.clear()
            self._clearings += 1
            self._changed.notify_all()

    def _for_delivery(self, event_type: str, *, later: bool) -> Fault | None:
        for fault in self._waiting:
            if fault.concerns(WEBHOOK, event_type) and (fault.kind in _LATER) is later:
                return fault
        return None

    def _used(self, fault: Fault | None) -> Fault | None:
        if fault is not None:
            fault.count -= 1
            if fault.count == 0:
                self._waiting.remove(fault)
        return fault


def refusal(kind: str) -> ApiError | None:
    """Give the error of a fault that comes before the work, or None."""
    return {
        "error_before": ApiError("An error occurred on the sandbox's side.", status=500, type="api_error"),
        "rate_limit": ApiError("Request rate limit exceeded.", status=429, code="rate_limit"),
        "lock": ApiError(
            "This object cannot be accessed right now because another request is currently accessing it.",
            status=409,
            code="lock_timeout",
        ),
    }.get(kind)
