"""How long a donor's data must be kept, and so when it may go (rule DS34).

Pure. Money that was taken has to be accounted for six years (Gift Aid); a decision on a gift that brought
none has to be shown for three (FEC, 11 CFR 102.9(c)). What was never decided on has no such reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.donations.lifecycle import TAKEN_STATES, UNDER_WAY_STATES, GiftState

if TYPE_CHECKING:
    from datetime import datetime

YEARS_OF_MONEY: Final = 6
YEARS_OF_DECISIONS: Final = 3
_OPEN: Final = UNDER_WAY_STATES | {GiftState.PLEDGED, GiftState.DISPUTED}


@dataclass(frozen=True, slots=True)
class Keeping:
    """Until when a gift's donor is kept, and why.

    Attributes:
        until: None while the gift is not settled, since the time has not begun then.
        reason: One plain sentence.
    """

    until: datetime | None
    reason: str

    def is_over(self, now: datetime) -> bool:
        """Tell whether the data may go."""
        return self.until is not None and self.until <= now


def keeping_of(state: GiftState, *, decided: bool, last_step: datetime) -> Keeping:
    """Say how long a gift's donor must be kept.

    Args:
        state: Where the gift stands.
        decided: Whether it was ever checked, so that there is a decision to account for.
        last_step: When something last happened to it, from which the time runs.
    """
    if state in _OPEN:
        return Keeping(None, "It is not settled yet. The time begins when it is.")
    if state in TAKEN_STATES:
        reason = f"Money was taken, and we must account for it for {YEARS_OF_MONEY} years."
        return Keeping(_years_later(last_step, YEARS_OF_MONEY), reason)
    if decided:
        reason = f"We must be able to show for {YEARS_OF_DECISIONS} years why a gift was not taken."
        return Keeping(_years_later(last_step, YEARS_OF_DECISIONS), reason)
    return Keeping(last_step, "Nothing has to be kept of a gift that was never checked.")


def _years_later(moment: datetime, years: int) -> datetime:
    """Return the same day some years later; the day after February of a leap year is March 1."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)
