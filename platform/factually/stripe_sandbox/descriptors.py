"""The line on the cardholder's statement: 22 characters in all, of which a payment by card sets the end."""

import re
from typing import Final

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.store import Document

_PREFIX: Final = "FACTUALLY"
_LONGEST: Final = 22
_FORBIDDEN: Final = re.compile(r"[<>\\'\"*]")


def full(suffix: str | None) -> str:
    """Give the whole line, the account's own name first."""
    return _PREFIX + (f"* {suffix}" if suffix else "")


def check(parameters: Document) -> None:
    """Check the parameters that name the line.

    Raises:
        ApiError: the whole line instead of a suffix, or a suffix that is too long or cannot be printed.
    """
    if parameters.get("statement_descriptor"):
        raise ApiError(
            "The `statement_descriptor` parameter is not supported for card payments; use"
            " `statement_descriptor_suffix`.",
            param="statement_descriptor",
        )
    suffix = parameters.get("statement_descriptor_suffix")
    if not suffix:
        return
    if _FORBIDDEN.search(suffix) or not re.search("[A-Za-z]", suffix) or not suffix.isascii():
        raise ApiError(
            "The statement descriptor suffix must contain a Latin letter and none of < > \\ ' \" *.",
            param="statement_descriptor_suffix",
        )
    if len(full(suffix)) > _LONGEST:
        raise ApiError(
            f"The statement descriptor `{full(suffix)}` has more than {_LONGEST} characters.",
            param="statement_descriptor_suffix",
        )
