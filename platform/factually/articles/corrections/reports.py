"""What a reader may report of an error, and what becomes of it (pure).

Requests are followed to an outcome in public (reference publishing, section 4; schemaorg#3158).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from email_validator import EmailNotValidError, validate_email

from factually.foundation.errors import InvalidInput

Outcome: TypeAlias = Literal["accepted", "declined", "set_aside", "answered"]

OUTCOMES: Final[dict[Outcome, str]] = {
    "accepted": "Being corrected",
    "declined": "Not changed",
    "set_aside": "Set aside",
    "answered": "Answered with a note",
}
"""Outcomes with the words that readers see; only `accepted` is followed by another."""
ENDS: Final[tuple[Outcome, ...]] = ("declined", "set_aside", "answered")
LONGEST_WORDS: Final = 3_000
LONGEST_NAME: Final = 200
LONGEST_EMAIL: Final = 254
REASON_CHARACTERS: Final = range(10, 2_001)
READER_KEPT: Final = timedelta(days=365)
"""Name and address of a reader go with the outcome, and without one after this time."""
LETTERS_KEPT: Final = timedelta(days=30)


@dataclass(frozen=True)
class Report:
    """What a reader wrote.

    Attributes:
        wrong: What the article says wrongly.
        instead: What is right.
        source_url: Where that can be checked, in the spelling of `web_addresses.normalised`.
        name: Whom to thank; None for nobody.
        email: Where to answer; None for nowhere.
    """

    wrong: str
    instead: str
    source_url: str | None = None
    name: str | None = None
    email: str | None = None


def check_email(given: str) -> str:
    """Return the address in its usual spelling.

    Raises:
        InvalidInput: It is none.
    """
    try:
        return validate_email(given, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InvalidInput("Enter an e-mail address such as name@example.org.", field="email") from error


def check_reason(given: str) -> str:
    """Return the reason for a decision, which the reader and everybody else can read.

    Raises:
        InvalidInput: It is too short or too long.
    """
    reason = given.replace("\r\n", "\n").strip()
    if len(reason) not in REASON_CHARACTERS:
        raise InvalidInput(
            f"Give a reason of {REASON_CHARACTERS.start} to {REASON_CHARACTERS.stop - 1:,} characters; "
            "readers see it.",
            field="reason",
        )
    return reason


def may_follow(before: Outcome | None, outcome: Outcome) -> bool:
    """Return whether an outcome may come after the last one, None where there was none."""
    return before not in ENDS and before != outcome
