"""Judges whether two names denote the same body, or one that stands behind the other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz.distance import OSA

from factually.independence.naming.canonical import is_role, is_strong_role
from factually.independence.naming.vocabulary import ROLE_WORDS
from factually.independence.scoring.alignment import Alignment, align

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
_LETTERS_A_SLIP: Final = 8
"""One slip more may be anywhere for so many letters of the registered name."""
_SINGLE_WORD_FROM: Final = 0.88
"""From this likeness of its letters on, a misspelt name of one word is told from others."""


class Likeness(NamedTuple):
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


def likeness(
    stated: CanonicalName, registered: CanonicalName, weights: Weights, *, least: float
) -> Likeness | None:
    """Return how alike a stated and a registered name are, 1 being equal; None where it is under `least`."""
    alignment = align(stated, registered, weights)
    by_letters = _by_letters(stated, registered, alignment, weights)
    score = max(alignment.score, by_letters)
    if score < least:
        # What follows only takes away.
        return None
    registered_role = registered.has_role
    stated_role = stated.has_role or (registered_role and _has_slip_of_role(alignment))
    if not (stated_role or registered_role) and stated.key != registered.key:
        score *= NO_ROLE
        if _order_differs(stated, registered, alignment):
            score *= ORDER_DIFFERS
    if not by_letters and _numbers_differ(alignment):
        score *= NUMBERS_DIFFER
    bearer_score = score
    single_word = not stated_role and len(stated.bearer) < _TWO_WORDS and by_letters < _SINGLE_WORD_FROM
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


@dataclass(frozen=True, slots=True)
class _Care:
    """How far the letters of two names may differ: so many letters to each slip, and what a slip costs."""

    bearer_letters: float
    changed_letters: float
    cost: float


_OF_COMMITTEE: Final = _Care(bearer_letters=3, changed_letters=1.5, cost=1.0)
_WITHOUT_ROLE: Final = _Care(bearer_letters=4, changed_letters=2.5, cost=1.25)
"""Ordinary bodies are called like rows without a role: more of the letters has to agree."""


def _by_letters(
    stated: CanonicalName, registered: CanonicalName, alignment: Alignment, weights: Weights
) -> float:
    """Return the likeness of all letters without blanks; 0 where the names may be two.

    It sees what no pair of words shows: blanks that moved, slips in short words, several slips in one word.
    """
    left, right = stated.compact, registered.compact
    if left == right:
        return 1.0
    slips = 1 + len(right) // _LETTERS_A_SLIP
    distance = OSA.distance(left, right, score_cutoff=slips)
    if distance > slips or len(left) < _RUN_TOGETHER_FROM or _digits(left) != _digits(right):
        return 0.0
    care = _OF_COMMITTEE if registered.has_role else _WITHOUT_ROLE
    few = 1 if len(left) < _TWO_SLIPS_FROM else 2
    if distance > few or len(stated.tokens) == len(registered.tokens):
        changed = list(_changed(alignment))
        if (
            distance * care.bearer_letters > sum(map(len, registered.bearer))
            or distance * care.changed_letters > sum(map(len, changed))
            # A word of several registered names is meant as it is typed: Jon is no slip of Joe.
            or any(map(weights.is_known, changed))
        ):
            return 0.0
    return 1 - care.cost * distance / max(len(left), len(right))


def _changed(alignment: Alignment) -> Iterator[str]:
    """Yield the stated words that the registered name does not hold as they are typed."""
    yield from alignment.only_stated
    for pair in alignment.pairs:
        if pair.stated != pair.registered:
            yield from pair.stated.split()


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


def _has_slip_of_role(alignment: Alignment) -> bool:
    return any(pair.registered in ROLE_WORDS for pair in alignment.pairs)


def _role_missing(stated: CanonicalName, registered: CanonicalName, alignment: Alignment) -> bool:
    """Tell whether the row says what it is for and the stated name does not."""
    tells = is_strong_role if any(map(is_strong_role, registered.tokens)) else is_role
    if any(map(tells, stated.tokens)):
        return False
    return not any(tells(token) for pair in alignment.pairs for token in pair.registered.split())
