"""Faults on request, so that what is rare at Stripe can be tried at will."""

import threading
from dataclasses import dataclass
from typing import Final, Literal, get_args

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.operations import OPERATIONS

Kind = Literal[
    "error_before",
    "error_after",
    "drop_after",
    "delay",
    "rate_limit",
    "lock",
    "duplicate",
    "withhold",
    "bad_signature",
    "stale",
]
"""What goes wrong.

On a route of the API: a 500 before the work or after it (the work stands, the 500 is stored under the key,
as Stripe stores them); a connection dropped after the work; a delay before it, with the key in flight; 429;
409 `lock_timeout`. On the route `webhook`: delivered twice; not sent (that try fails); delayed; signed with
another secret; signed an hour ago.
"""

WEBHOOK: Final = "webhook"
ANY: Final = "*"
_OF_WEBHOOKS: Final = ("duplicate", "withhold", "bad_signature", "stale", "delay")
_LONGEST_DELAY: Final = 60.0


@dataclass
class Fault:
    """One fault waiting to happen `count` times; `seconds` is the length of a delay."""

    route: str
    kind: Kind
    count: int = 1
    seconds: float = 1.0


class Faults:
    """The faults asked for and not yet used up; in memory only, they are for one test."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Ask for a fault.

        Raises:
            ApiError: a route or kind that does not exist, or a kind that makes no sense there.
        """
        if fault.kind not in get_args(Kind):
            raise ApiError(f"Unknown fault: {fault.kind}", param="kind")
        if fault.route not in {WEBHOOK, ANY, *(operation.route for operation in OPERATIONS)}:
            raise ApiError(
                f"Unknown route: {fault.route}; write it as in POST /v1/payment_intents/{{}}/capture",
                param="route",
            )
        fits = fault.kind in _OF_WEBHOOKS if fault.route == WEBHOOK else fault.kind not in _OF_WEBHOOKS[:4]
        if not fits:
            raise ApiError(f"{fault.kind} cannot happen on {fault.route}", param="kind")
        if fault.count < 1 or not 0 <= fault.seconds <= _LONGEST_DELAY:
            raise ApiError("count must be 1 or more, seconds between 0 and 60", param="count")
        with self._lock:
            self._waiting.append(fault)

    def take(self, route: str) -> Fault | None:
        """Use up one occurrence of the oldest fault that waits for a route."""
        with self._lock:
            for fault in self._waiting:
                if fault.route == route or (fault.route == ANY and route != WEBHOOK):
                    fault.count -= 1
                    if fault.count == 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """Forget what has not happened yet."""
        with self._lock:
            self._waiting.clear()


def refusal(kind: Kind) -> ApiError | None:
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
