"""How fast cards may be tried: at once while they pay, one after another in two queues otherwise.

Pure. In any minute at most 30 cards go to Stripe that don't pay: at most `AT_ONCE` without a turn, and of
each queue one turn every `PAUSE`, each taken within `GRACE` of its moment. A minute and the grace hold 17
moments that are 4 seconds apart, and 3 that are 30 seconds apart: 10 + 17 + 3.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class Queue(StrEnum):
    """Where a card waits: an address that brings many cards does not hold up the others."""

    FIRST = "first"
    LAST = "last"


AT_ONCE: Final = 10
MINUTE: Final = timedelta(minutes=1)
PAUSE: Final[Mapping[Queue, timedelta]] = {
    Queue.FIRST: timedelta(seconds=4),
    Queue.LAST: timedelta(seconds=30),
}
GRACE: Final = timedelta(seconds=5)
"""How long after its moment a turn can be taken: a clock's second, and a slow network."""
LONGEST_WAIT: Final = timedelta(minutes=15)
"""A card entry can end after that at Stripe (stripe.md section 8)."""
LOOK_BACK: Final = timedelta(minutes=5)
_FEWEST_ANSWERS: Final = 10
_CARDS_OF_ONE_ADDRESS: Final = 3
_DECLINES_OF_ONE_ADDRESS: Final = 2


def is_declining(answers: int, declined: int) -> bool:
    """Tell whether most cards of the last `LOOK_BACK` were declined, as no evening of donors is."""
    return answers >= _FEWEST_ANSWERS and 2 * declined > answers


def goes_at_once(*, declining: bool, unpaid: int) -> bool:
    """Tell whether a card may go without a turn.

    Args:
        declining: See `is_declining`.
        unpaid: Cards of the last minute that went at once and have not paid, or not yet.
    """
    return not declining and unpaid < AT_ONCE


def is_conspicuous(*, cards: int, declines: int) -> bool:
    """Tell whether one address brings more cards than a donor, or a household, would.

    Args:
        cards: Card entries that it has asked about within `LONGEST_WAIT` and that have not paid.
        declines: Cards from it that were declined within the hour.
    """
    return cards >= _CARDS_OF_ONE_ADDRESS or declines >= _DECLINES_OF_ONE_ADDRESS


def next_moment(queue: Queue, taken: Iterable[datetime], now: datetime) -> datetime | None:
    """Find the first moment that keeps the queue's pause to all others, or None where it is too far off.

    Args:
        queue: The queue.
        taken: Moments of turns that were taken, or still can be.
        now: The earliest moment.
    """
    pause = PAUSE[queue]
    moment = now
    for other in sorted(taken):
        if other >= moment + pause:
            break
        moment = max(moment, other + pause)
    return moment if moment - now <= LONGEST_WAIT else None


def can_be_taken(moment: datetime, now: datetime) -> bool:
    """Tell whether a turn's moment has come and not passed by."""
    return moment <= now <= moment + GRACE
