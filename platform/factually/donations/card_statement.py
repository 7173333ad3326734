"""The line on a cardholder's statement, by which a donor knows our charge again and doesn't dispute it.

Pure. Source: stripe.md section 8; Stripe, "Statement descriptors".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 22
_JOINT: Final = "* "
_PREFIX_LENGTHS: Final = range(2, 11)
_PRINTED: Final = re.compile(r"[\x20-\x7e]*[A-Za-z][\x20-\x7e]*")
_FORBIDDEN: Final = re.compile(r"[<>\\'\"*]")


@dataclass(frozen=True, slots=True)
class CardStatement:
    """The account's own prefix, set at Stripe, and the end that we send with each payment by card."""

    prefix: str
    suffix: str

    def __str__(self) -> str:
        return f"{self.prefix}{_JOINT}{self.suffix}"


def card_statement(text: str) -> CardStatement:
    """Read a line such as ``FACTUALLY* GIFT``.

    Raises:
        ValueError: Banks can't print it, or Stripe would refuse each gift for it; with a sentence for the
            operator.
    """
    prefix, joint, suffix = text.partition(_JOINT)
    parts = (prefix, suffix)
    printed = all(_PRINTED.fullmatch(part) and not _FORBIDDEN.search(part) for part in parts)
    if not joint or not printed or len(prefix) not in _PREFIX_LENGTHS or len(text) > LONGEST:
        raise ValueError(
            "The line on card statements must be the account's prefix of 2 to 10 characters, an asterisk, a "
            f"blank and our own words, such as FACTUALLY* GIFT: at most {LONGEST} characters in all, with a "
            "letter on either side, and none of < > \\ ' \" or another asterisk."
        )
    return CardStatement(prefix, suffix)
