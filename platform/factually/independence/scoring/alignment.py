"""Aligns the words of a stated name with those of a registered one, weighted by how rare they are."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz.distance import OSA

from factually.independence.naming.canonical import is_acronym

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factually.independence.naming.canonical import CanonicalName
    from factually.independence.scoring.weights import Weights

_SIMILAR_FROM: Final = 0.72
_SIMILAR_FROM_SHORT: Final = 0.74
_SHORT: Final = 5
_SHORTEST: Final = 4
_JOINED_FROM: Final = 0.75
_JOINED_FACTOR: Final = 0.98
_MEANT_FACTOR: Final = 0.6
"""What a likeness is worth where the typed word is a common one itself: `earth` is no slip of `garth`."""
_INITIAL: Final = 0.5
_LIGHT_SLIP: Final = 0.7
"""What a slip in a short word of little weight is worth; its letters are too few to compare."""


class Pair(NamedTuple):
    """Words of the two names that stand for each other; one side may be two neighbours written as one.

    A tuple, since one search makes dozens of them.
    """

    stated: str
    registered: str
    similarity: float
    weight: float


class Alignment(NamedTuple):
    """Which words two names share and which only one of them has.

    `score` runs from 0 to 1: the weight that is shared, over that and what either side lost.
    """

    score: float
    pairs: tuple[Pair, ...]
    only_stated: tuple[str, ...]
    only_registered: tuple[str, ...]


def align(stated: CanonicalName, registered: CanonicalName, weights: Weights) -> Alignment:
    """Align two names: equal words first, then similar ones and neighbours written as one, best first."""
    pairs: list[Pair] = []
    open_registered = list(registered.tokens)
    open_stated: list[str] = []
    for token in stated.tokens:
        if token in open_registered:
            open_registered.remove(token)
            weight = weights.of_registered(token)
            pairs.append(Pair(token, token, 1.0, weight))
        else:
            open_stated.append(token)
    if open_stated and open_registered:
        pairs += _similar(open_stated, open_registered, weights)
    shared = sum(pair.weight * pair.similarity for pair in pairs)
    slips = sum(pair.weight * (1 - pair.similarity) / 2 for pair in pairs)
    lost_stated = slips + sum(map(weights.of_stated, open_stated))
    lost_registered = slips + sum(map(weights.lost_from_register, open_registered))
    whole = shared + lost_stated + lost_registered
    return Alignment(
        score=shared / whole if whole else 0.0,
        pairs=tuple(pairs),
        only_stated=tuple(open_stated),
        only_registered=tuple(open_registered),
    )


def _similar(stated: list[str], registered: list[str], weights: Weights) -> Iterator[Pair]:
    """Pair what is alike, best first, and take it from the lists."""
    found = sorted(_candidates(stated, registered, weights), key=lambda one: (-one[0], one[1], one[2]))
    for similarity, left, right in found:
        if all(token in stated for token in left) and all(token in registered for token in right):
            for token in left:
                stated.remove(token)
            for token in right:
                registered.remove(token)
            weight = min(sum(map(weights.of_stated, left)), sum(map(weights.of_registered, right)))
            yield Pair(" ".join(left), " ".join(right), similarity, weight)


def _candidates(
    stated: Sequence[str], registered: Sequence[str], weights: Weights
) -> Iterator[tuple[float, tuple[str, ...], tuple[str, ...]]]:
    acronyms = {token for token in registered if is_acronym(token)}
    for left in stated:
        meant = _MEANT_FACTOR if weights.is_known(left) else 1.0
        is_acronym_too = is_acronym(left)
        for right in registered:
            if (right in acronyms) is not is_acronym_too or (len(left) == 1 and weights.is_known(right)):
                continue
            similarity = token_similarity(left, right)
            if similarity:
                yield similarity * meant, (left,), (right,)
            elif weights.is_slip_of_light(left, right):
                yield _LIGHT_SLIP, (left,), (right,)
    yield from _run_together(stated, registered, acronyms)


def _run_together(
    stated: Sequence[str], registered: Sequence[str], acronyms: set[str]
) -> Iterator[tuple[float, tuple[str, ...], tuple[str, ...]]]:
    moved = {one + two: (one, two) for one, two in pairwise(stated)}
    for one, two in pairwise(registered):
        joined = one + two
        if joined in moved:
            yield _JOINED_FACTOR, moved[joined], (one, two)
        for left in stated:
            similarity = _joined_similarity(left, joined)
            if similarity:
                yield similarity, (left,), (one, two)
    for one, two in pairwise(stated):
        joined = one + two
        for right in registered:
            similarity = 0.0 if right in acronyms else _joined_similarity(right, joined)
            if similarity:
                yield similarity, (one, two), (right,)


def token_similarity(one: str, other: str) -> float:
    """Return how alike two words are, 0 where that is chance: short words and numbers are equal or not."""
    shorter, longer = len(one), len(other)
    if shorter > longer:
        shorter, longer = longer, shorter
    if shorter == 1 and one[0] == other[0] and (one + other).isalpha():
        return _INITIAL
    least = _SIMILAR_FROM_SHORT if longer <= _SHORT else _SIMILAR_FROM
    # No likeness can be greater than that of the lengths.
    if shorter < _SHORTEST or shorter < least * longer or not (one.isalpha() and other.isalpha()):
        return 0.0
    return OSA.normalized_similarity(one, other, score_cutoff=least)


def _joined_similarity(whole: str, joined: str) -> float:
    shorter, longer = len(whole), len(joined)
    if shorter > longer:
        shorter, longer = longer, shorter
    if shorter < _SHORTEST or shorter < _JOINED_FROM * longer:
        return 0.0
    return _JOINED_FACTOR * OSA.normalized_similarity(whole, joined, score_cutoff=_JOINED_FROM)
