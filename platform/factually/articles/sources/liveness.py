"""Whether a source is still there: dead after three failed passes, alive again after one good one (pure).

States are those of Wikipedia's citations (`url-status`): a pass finds `live`, `dead` and `deviated`, people
say `unfit` and `usurped`, and no pass takes that back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from factually.articles.folding import fold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

STRIKES: Final = 3
_AGAIN_AFTER_FAILURE: Final = timedelta(days=1)
_AGAIN_AFTER_SUCCESS: Final = timedelta(days=7)
_SHINGLE: Final = 5
_FEWEST_WORDS: Final = 20
_SAME_PAGE: Final = 0.9


class State(StrEnum):
    """What the source's own address gives."""

    UNCHECKED = "unchecked"
    LIVE = "live"
    DEAD = "dead"
    DEVIATED = "deviated"
    UNFIT = "unfit"
    USURPED = "usurped"


SAID_BY_PEOPLE: Final = frozenset({State.UNFIT, State.USURPED})
MEANINGS: Final[Mapping[State, str]] = {
    State.UNCHECKED: "nobody has looked yet",
    State.LIVE: "the page answers, and the quoted passage stands",
    State.DEAD: f"the page failed {STRIKES} passes in a row",
    State.DEVIATED: "the page answers, but no longer holds the quoted passage",
    State.UNFIT: "the page is not to be linked to any more",
    State.USURPED: "somebody else has the address now",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a source's address.

    Attributes:
        failures: Failed passes in a row, at most `STRIKES`.
    """

    state: State = State.UNCHECKED
    failures: int = 0


def after_pass(before: Standing, *, answered: bool, quote_stands: bool | None) -> Standing:
    """Return what is known after one more pass.

    Args:
        before: What was known.
        answered: Whether the page came, and was no error page in disguise.
        quote_stands: Whether the quoted passage stands in it; None where there is none, or no text to read.
    """
    failures = 0 if answered else min(before.failures + 1, STRIKES)
    if before.state in SAID_BY_PEOPLE:
        return Standing(before.state, failures)
    if not answered:
        return Standing(State.DEAD if failures == STRIKES else before.state, failures)
    # What could not be read says nothing, so an alarm stays until somebody has read it.
    if quote_stands is None and before.state is State.DEVIATED:
        return Standing(State.DEVIATED, failures)
    return Standing(State.DEVIATED if quote_stands is False else State.LIVE, failures)


def next_pass(standing: Standing, now: datetime) -> datetime:
    """Return when to look again: the next day after a failure, so that three take days, else in a week."""
    doubtful = 0 < standing.failures < STRIKES
    return now + (_AGAIN_AFTER_FAILURE if doubtful else _AGAIN_AFTER_SUCCESS)


def is_soft_404(page: str, made_up: str) -> bool:
    """Tell whether a page is what its site answers to any address: both texts share nine tenths.

    Args:
        page: Text of the page.
        made_up: Text of what the site gave, with a good status, for an address that cannot exist.
    """
    one, other = _shingles(page), _shingles(made_up)
    if not one or not other:
        # A frame that only a script fills says nothing either way.
        return False
    return len(one & other) >= _SAME_PAGE * len(one | other)


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = fold(text).casefold().split()
    if len(words) < _FEWEST_WORDS:
        return frozenset()
    return frozenset(tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))
