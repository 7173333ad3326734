"""What operators may know of letters: how many wait, and which could not be delivered; none is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from factually.mail.letters import OutgoingLetter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

LONGEST_LIST: Final = 200


@dataclass(frozen=True, slots=True)
class LetterCounts:
    """How many letters stand where."""

    sent: int
    waiting: int
    undeliverable: int


@dataclass(frozen=True, slots=True)
class UndeliverableLetter:
    """A letter that was given up: what kind it was, when, and the mail server's code if it gave one."""

    kind: str
    given_up_at: datetime
    smtp_code: int | None


def letter_counts(connection: Connection) -> LetterCounts:
    """Count all letters."""
    row = connection.execute(
        select(
            func.count(OutgoingLetter.sent_at).label("sent"),
            func.count(OutgoingLetter.undeliverable_at).label("undeliverable"),
            func.count().label("written"),
        )
    ).one()
    return LetterCounts(row.sent, row.written - row.sent - row.undeliverable, row.undeliverable)


def undeliverable_letters(connection: Connection) -> Sequence[UndeliverableLetter]:
    """Return up to 200 letters that were given up, the latest first."""
    rows = connection.execute(
        select(OutgoingLetter.key, OutgoingLetter.undeliverable_at, OutgoingLetter.smtp_code)
        .where(OutgoingLetter.undeliverable_at.is_not(None))
        .order_by(OutgoingLetter.undeliverable_at.desc(), OutgoingLetter.id)
        .limit(LONGEST_LIST)
    )
    return [UndeliverableLetter(key.partition(":")[0], at, code) for key, at, code in rows if at is not None]
