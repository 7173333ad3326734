"""Errors as Stripe's API words them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class ApiError(Exception):
    """An answer that is not 200, raised where it is found and written out in one place.

    `keeps_work` is true where the request changed something before it failed (a declined charge): those
    changes are committed together with the answer.
    """

    message: str
    status: int = 400
    type: str = "invalid_request_error"
    code: str | None = None
    param: str | None = None
    decline_code: str | None = None
    attached: dict[str, Any] = field(default_factory=dict)
    keeps_work: bool = False

    def body(self) -> dict[str, Any]:
        """Give the `error` object: absent fields are left out, as Stripe does."""
        named = {
            "code": self.code,
            "decline_code": self.decline_code,
            "message": self.message,
            "param": self.param,
            **self.attached,
        }
        return {**{name: value for name, value in named.items() if value is not None}, "type": self.type}


def missing(kind: str, identifier: str, *, param: str | None = None) -> ApiError:
    """Say that an id names nothing: 400 where a parameter carried it, 404 where the path did."""
    path_name = "intent" if kind == "payment_intent" else "id"
    return ApiError(
        f"No such {_NOUNS.get(kind, kind)}: '{identifier}'",
        status=400 if param else 404,
        code="resource_missing",
        param=param or path_name,
    )


_NOUNS = {"payment_method": "PaymentMethod", "webhook_endpoint": "webhook endpoint"}
