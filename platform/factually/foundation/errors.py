"""Typed errors of the domain, mapped to HTTP once in `web.error_pages`."""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """A refusal with one plain sentence, so that every audience is told the same reason.

    Attributes:
        message: One sentence for the person who caused it; holds no personal data.
        field: Name of the input field at fault, or None.
        retry_after: After how many seconds the same may work (RFC 9110, section 10.2.3), or None.
        status: HTTP status that stands for this error.
        code: Stable machine-readable name, as in Stripe's error objects.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"

    def __init__(self, message: str, *, field: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.retry_after = retry_after


class InvalidInput(DomainError):
    """What was given breaks a rule of shape or meaning; nothing was stored."""

    status = 422
    code = "invalid_input"


class TooLarge(DomainError):
    """More was sent than we take; nothing was stored."""

    status = 413
    code = "too_large"


class NotFound(DomainError):
    """What was asked for does not exist, or not for this audience."""

    status = 404
    code = "not_found"


class Forbidden(DomainError):
    """The actor may not do this."""

    status = 403
    code = "forbidden"


class Conflict(DomainError):
    """Somebody or something else got there first; nothing was changed."""

    status = 409
    code = "conflict"


class TooManyRequests(DomainError):
    """The limit of attempts is reached; trying later may work (rule DS32)."""

    status = 429
    code = "too_many_requests"


class Unavailable(DomainError):
    """A part that this needs does not answer; nothing was changed."""

    status = 503
    code = "unavailable"
