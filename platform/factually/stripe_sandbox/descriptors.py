"""The line on the cardholder's statement: 22 characters in all, of which a payment by card sets the end."""

import re
from typing import Final

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.store import Document

_PREFIX: Final = "FACTUALLY"
_JOINT: Final = "* "
_LONGEST: Final = 22
_FORBIDDEN: Final = re.compile(r"[<>\\'\"*]")


def full(suffix: str | None) -> str:
    """Give the whole line, the account's own name first."""
    return _PREFIX + (f"{_JOINT}{suffix}" if suffix else "")


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
    _check_printable(suffix, "statement_descriptor_suffix")
    if len(full(suffix)) > _LONGEST:
        raise ApiError(
            f"The statement descriptor `{full(suffix)}` has more than {_LONGEST} characters.",
            param="statement_descriptor_suffix",
        )


def check_billed(parameters: Document) -> None:
    """Check the words of a product or an invoice, which stand behind the account's name.

    Raises:
        ApiError: they cannot be printed.
    """
    if parameters.get("statement_descriptor"):
        _check_printable(parameters["statement_descriptor"], "statement_descriptor")


def fitted(words: str | None) -> str | None:
    """Cut the words of an invoice to the room that the line has behind the account's name."""
    return words[: _LONGEST - len(_PREFIX + _JOINT)].rstrip() if words else None


def _check_printable(words: str, param: str) -> None:
    if _FORBIDDEN.search(words) or not re.search("[A-Za-z]", words) or not words.isascii():
        raise ApiError(
            "The statement descriptor must contain a Latin letter and none of < > \\ ' \" *.", param=param
        )
