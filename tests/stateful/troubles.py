"""How Stripe can fail in the middle of an act, aimed at the call that the act is going to make."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHANGES: Final = (
    "POST /v1/payment_intents",
    "POST /v1/payment_intents/{}/cancel",
    "POST /v1/payment_intents/{}/capture",
    "POST /v1/payment_intents/{}/confirm",
    "POST /v1/refunds",
    "POST /v1/customers",
    "POST /v1/setup_intents",
    "POST /v1/subscriptions",
    "POST /v1/subscriptions/{}",
    "DELETE /v1/subscriptions/{}",
    "DELETE /v1/customers/{}",
    "POST /v1/invoices/{}/finalize",
    "POST /v1/invoices/{}/pay",
    "POST /v1/invoices/{}/void",
)
"""Calls that move something: to lose the answer to one of these is what idempotency keys are for."""
_LAST: Final = (
    "POST /v1/payment_intents/{}/capture",
    "POST /v1/subscriptions",
    "POST /v1/invoices/{}/pay",
    "POST /v1/invoices/{}/void",
    "DELETE /v1/customers/{}",
)
"""Those of them that come last where an act makes several."""
_TRIES: Final = 3
"""The SDK tries so often, so this many failures are one call without an answer."""


class Trouble(StrEnum):
    """What goes wrong while one act is under way."""

    NONE = "none"
    ANSWER_LOST = "answer lost"
    LAST_ANSWER_LOST = "last answer lost"
    ERROR_AFTERWARDS = "error afterwards"
    ERROR = "error"
    LOCKED = "locked"
    RATE_LIMITED = "rate limited"

    def faults(self) -> Iterator[dict[str, object]]:
        """Give the faults to ask the sandbox for, each at the first call of its kind."""
        if self is not Trouble.NONE:
            kind, routes = _FAULTS[self]
            yield from ({"route": route, "kind": kind, "count": _TRIES} for route in routes)


_FAULTS: Final = {
    Trouble.ANSWER_LOST: ("drop_after", _CHANGES),
    Trouble.LAST_ANSWER_LOST: ("drop_after", _LAST),
    Trouble.ERROR_AFTERWARDS: ("error_after", _CHANGES),
    Trouble.ERROR: ("error_before", _CHANGES),
    Trouble.LOCKED: ("lock", _CHANGES),
    Trouble.RATE_LIMITED: ("rate_limit", ("*",)),
}
TROUBLES: Final = (Trouble.NONE, Trouble.NONE, Trouble.NONE, *Trouble, Trouble.ANSWER_LOST)
"""A choice at random: nearly half of all acts go well, and lost answers are what matters most."""
