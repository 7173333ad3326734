"""Judges whether two names denote the same body, or one that stands behind the other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from factually.independence.naming.canonical import is_role, is_strong_role
from factually.independence.scoring.alignment import Alignment, align

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factually.independence.naming.canonical import CanonicalName
    from factually.independence.scoring.weights import Weights

ROLE_MISSING: Final = 0.72
"""Factor where the row is a committee by its name and the stated name is not."""
NUMBERS_DIFFER: Final = 0.7
NO_ROLE: Final = 0.92
ORDER_DIFFERS: Final = 0.75
SINGLE_WORD: Final = 0.72
"""Most that a name of one telling word comes to, unless it is equal but for blanks."""

_RUN_TOGETHER_FROM: Final = 7
_TWO_SLIPS_FROM: Final = 20
_TWO_WORDS: Final = 2


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are.

    Attributes:
        score: What decides.
        bearer_score: The same, leaving out of account what follows.
        role_missing: The row is a committee by its name and the stated name is not.
        single_word: The stated name has one telling word, too little to say who bears it.
        alignment: The words.
    """

    score: float
    bearer_score: float
    role_missing: bool
    single_word: bool
    alignment: Alignment


def likeness(stated: CanonicalName, registered: CanonicalName, weights: Weights) -> Likeness:
    """Return how alike a stated and a registered name are, 1 being equal."""
    alignment = align(stated, registered, weights)
    score = max(alignment.score, _run_together(stated, registered))
    stated_role, registered_role = stated.has_role, registered.has_role
    if not (stated_role or registered_role) and stated.key != registered.key:
        score *= NO_ROLE
        if _order_differs(stated, registered, alignment):
            score *= ORDER_DIFFERS
    if _numbers_differ(alignment):
        score *= NUMBERS_DIFFER
    bearer_score = score
    single_word = not stated_role and len(stated.bearer) < _TWO_WORDS and stated.compact != registered.compact
    if single_word:
        score = min(score, SINGLE_WORD)
    role_missing = registered_role and _role_missing(stated, registered, alignment)
    if role_missing:
        score *= ROLE_MISSING
    return Likeness(
        score=score,
        bearer_score=bearer_score,
        role_missing=role_missing,
        single_word=single_word,
        alignment=alignment,
    )


def _run_together(stated: CanonicalName, registered: CanonicalName) -> float:
    """Return the likeness without blanks, where only they and a slip differ; 0 otherwise."""
    left, right = stated.compact, registered.compact
    if len(left) < _RUN_TOGETHER_FROM or len(stated.tokens) == len(registered.tokens):
        return 0.0
    slips = 1 if len(left) < _TWO_SLIPS_FROM else 2
    distance = OSA.distance(left, right, score_cutoff=slips)
    if distance > slips or _digits(left) != _digits(right):
        return 0.0
    return 1 - distance / max(len(left), len(right))


def _digits(text: str) -> list[str]:
    return [character for character in text if character.isdigit()]


def _numbers_differ(alignment: Alignment) -> bool:
    """Tell whether both names have a number that the other lacks: Local 150 is not Local 501."""
    return _has_number(alignment.only_stated) and _has_number(alignment.only_registered)


def _has_number(tokens: Iterable[str]) -> bool:
    return any(not token.isalpha() for token in tokens)


def _order_differs(stated: CanonicalName, registered: CanonicalName, alignment: Alignment) -> bool:
    """Tell whether the shared words stand in another order; only with a role is that the same body."""
    ours, theirs = stated.tokens, registered.tokens
    places = sorted(
        (ours.index(pair.stated.split()[0]), theirs.index(pair.registered.split()[0]))
        for pair in alignment.pairs
    )
    return any(here[1] > there[1] for here, there in pairwise(places))


def _role_missing(stated: CanonicalName, registered: CanonicalName, alignment: Alignment) -> bool:
    """Tell whether the row says what it is for and the stated name does not."""
    tells = is_strong_role if any(map(is_strong_role, registered.tokens)) else is_role
    if any(map(tells, stated.tokens)):
        return False
    return not any(tells(token) for pair in alignment.pairs for token in pair.registered.split())
