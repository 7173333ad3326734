"""Which paragraph of one text became which of the other (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, TypeAlias

from rapidfuzz.distance import Indel

from factually.articles.history.sequences import COMPARISON_LIMIT, compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factually.articles.content import Passage
    from factually.articles.history.words import Tokens

ALIKE: Final = 0.5
"""Share of words in common from which two paragraphs are one that was edited; any two share a third."""

_MOST_PAIRS: Final = 4_096


@dataclass(frozen=True)
class Unit:
    """A paragraph or heading with its words."""

    passage: Passage
    tokens: Tokens

    @property
    def key(self) -> tuple[object, ...]:
        """What two units have in common that say the same."""
        return (self.passage.is_heading, *self.tokens.keys)


Pair: TypeAlias = "tuple[Unit | None, Unit | None]"


def align(before: Sequence[Unit], after: Sequence[Unit]) -> Iterator[Pair]:
    """Yield what each unit became, in reading order; None stands where there is no counterpart.

    What says the same is paired first; what lies between is paired by how much of it is alike.
    """
    for run in compare([unit.key for unit in before], [unit.key for unit in after]):
        old, new = before[run.before : run.before_end], after[run.after : run.after_end]
        yield from zip(old, new, strict=True) if run.equal else _pair_alike(old, new)


def _pair_alike(before: Sequence[Unit], after: Sequence[Unit]) -> Iterator[Pair]:
    """Pair units between two that say the same, by the greatest sum of likeness that keeps their order."""
    words, after_words = (sum(len(unit.tokens) for unit in units) for units in (before, after))
    if len(before) * len(after) > _MOST_PAIRS or words * after_words > COMPARISON_LIMIT:
        yield from _pair_in_order(before, after)
        return
    sums = _sums_of_likeness(before, after)
    place, after_place = 0, 0
    while place < len(before) and after_place < len(after):
        here = sums[place][after_place]
        if here == sums[place + 1][after_place]:
            yield before[place], None
            place += 1
        elif here == sums[place][after_place + 1]:
            yield None, after[after_place]
            after_place += 1
        else:
            yield before[place], after[after_place]
            place, after_place = place + 1, after_place + 1
    for unit in before[place:]:
        yield unit, None
    for unit in after[after_place:]:
        yield None, unit


def _sums_of_likeness(before: Sequence[Unit], after: Sequence[Unit]) -> list[list[float]]:
    """Return the greatest sum that the units from each two places on can reach."""
    sums = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for place in reversed(range(len(before))):
        for after_place in reversed(range(len(after))):
            likeness = _likeness(before[place], after[after_place])
            sums[place][after_place] = max(
                sums[place + 1][after_place],
                sums[place][after_place + 1],
                likeness + sums[place + 1][after_place + 1] if likeness else 0.0,
            )
    return sums


def _pair_in_order(before: Sequence[Unit], after: Sequence[Unit]) -> Iterator[Pair]:
    """Pair the first with the first: too many to try each with each."""
    for one, other in zip_longest(before, after):
        if one and other and not _may_be_one(one, other):
            yield one, None
            yield None, other
        else:
            yield one, other


def _may_be_one(one: Unit, other: Unit) -> bool:
    if len(one.tokens) * len(other.tokens) > COMPARISON_LIMIT:
        return one.passage.is_heading == other.passage.is_heading
    return _likeness(one, other) > 0


def _likeness(one: Unit, other: Unit) -> float:
    """Return the share of words in common, 0 where the two can't be one that was edited."""
    if one.passage.is_heading != other.passage.is_heading:
        return 0.0
    return Indel.normalized_similarity(one.tokens.keys, other.tokens.keys, score_cutoff=ALIKE)
