"""The three answers a screening can give, ordered by strictness."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Outcome(StrEnum):
    """What happens to a gift: taken, kept for a human, or not taken at all."""

    ALLOW = "allow"
    HOLD = "hold"
    REFUSE = "refuse"


_STRICTNESS = (Outcome.ALLOW, Outcome.HOLD, Outcome.REFUSE)


def strictest(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the strictest outcome, so that one doubt is never outvoted by many rules that saw nothing.

    No outcome at all is a hold: a screening in which no rule answered has checked nothing
    (DESIGN section 2, promise 1).
    """
    return max(outcomes, key=_STRICTNESS.index, default=Outcome.HOLD)
