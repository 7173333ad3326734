"""How much a word tells about who bears a name: a rare one much, a common one little."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from factually.independence.naming.canonical import is_light, is_role
from factually.independence.naming.vocabulary import ARTICLE_SLIPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LIGHT: Final = 0.3
ROLE: Final = 1.0
LEFT_OUT: Final = 0.6
UNKNOWN: Final = 8.0
"""Weight of a word that stands in no registered name."""

_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_COMMON_FROM: Final = 8
_RARE_TO: Final = 4
_KNOWN_FROM: Final = 5
_LONGEST_LIGHT: Final = 4
_RARER: Final = 20
"""How many times more often a word stands in names than what may be a slip of it."""
_TELLING_FROM: Final = 2.0
_SHORTEST_SMOOTHED: Final = 5
_LONGEST_SMOOTHED: Final = 30
_VARIANT_FROM: Final = 0.79
_TWO_SLIPS_FROM: Final = 9


class Weights:
    """The weight of each word in one register; words that stand in one name only are not kept.

    Args:
        names: Registered names that were counted.
        counts: Of each word, in how many of them it stands, and the same lifted to that of the commonest word
            it may be a slip of; words where the latter is 1 are left out.
    """

    def __init__(self, names: int, counts: Mapping[str, tuple[int, int]]) -> None:
        self._rarest = max(1.0, math.log(names + 1))
        self._counts = {word: count for word, (count, _) in counts.items()}
        self._weights = {
            word: _fixed(word) or max(1.0, math.log((names + 1) / smoothed))
            for word, (_, smoothed) in counts.items()
        }

    def of_registered(self, token: str) -> float:
        """Return the weight of a word that stands in a registered name."""
        return self._weights.get(token) or _fixed(token) or self._rarest

    def of_stated(self, token: str) -> float:
        """Return the weight of a word that somebody typed, registered or not."""
        return self._weights.get(token) or _fixed(token) or (LIGHT if token in ARTICLE_SLIPS else UNKNOWN)

    def lost_from_register(self, token: str) -> float:
        """Return what a registered word counts that the donor left out; roles often are."""
        weight = self.of_registered(token)
        return weight if weight > _TELLING_FROM else LEFT_OUT * weight

    def count(self, token: str) -> int:
        """Return in how many names a word stands; 0 also for one."""
        return self._counts.get(token, 0)

    def is_slip_of_light(self, stated: str, registered: str) -> bool:
        """Tell whether a rare word is a slip of a short one that says little: `fro` of `for`, `pca` of `pac`.

        A role needs more than a glue word, as it makes a name a committee's: `pa` is a state, not a slip.
        """
        return (
            1 < len(registered) <= _LONGEST_LIGHT
            and len(stated) > 1
            and abs(len(stated) - len(registered)) <= 1
            and (stated + registered).isalpha()
            and _fixed(registered) > 0
            and not _fixed(stated)
            and self.count(stated) * _RARER <= self.count(registered)
            and (is_light(registered) or not self.is_known(stated))
            and OSA.distance(stated, registered, score_cutoff=1) <= 1
        )

    def is_known(self, token: str) -> bool:
        """Tell whether a word is common enough to be meant as it is typed, and no slip of another word."""
        return self.count(token) >= _KNOWN_FROM


def _fixed(token: str) -> float:
    """Return the weight of a word that does not tell who bears a name, however rare it is; 0 for others."""
    if is_light(token):
        return LIGHT
    return ROLE if is_role(token) or len(token) == 1 or _YEAR.fullmatch(token) else 0.0


class WordCounter:
    """Counts in how many names each word stands, one name after another."""

    def __init__(self) -> None:
        self._frequency: Counter[str] = Counter()
        self.names = 0

    def count(self, tokens: Sequence[str]) -> None:
        """Count one name's words."""
        self.names += 1
        self._frequency.update(set(tokens))

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return what `Weights` takes: a misspelling is lifted to the count of the word it means.

        Otherwise `congresss`, which stands in one name, would outweigh all others in it.
        """
        frequency = self._frequency
        common = _by_deletion(word for word, count in frequency.items() if count >= _COMMON_FROM)
        counts: dict[str, tuple[int, int]] = {}
        for word, count in sorted(frequency.items()):
            smoothed = count
            if count <= _RARE_TO and _can_be_smoothed(word):
                variants = {near for slip in _slips(word) for near in common.get(slip, ())}
                smoothed = max(
                    (frequency[near] for near in variants if _is_variant(word, near)), default=count
                )
            if smoothed > 1:
                counts[word] = (count, smoothed)
        return counts


def _by_deletion(words: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in words:
        if _can_be_smoothed(word):
            for slip in _slips(word):
                found[slip].append(word)
    return found


def _can_be_smoothed(word: str) -> bool:
    return _SHORTEST_SMOOTHED <= len(word) <= _LONGEST_SMOOTHED and word.isalpha()


def _slips(word: str) -> set[str]:
    """Return the word and what is left of it without one letter, or two of a long one (SymSpell's way)."""
    once = {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
    if len(word) < _TWO_SLIPS_FROM:
        return once
    return once | {slip[:place] + slip[place + 1 :] for slip in once for place in range(len(slip))}


def _is_variant(word: str, other: str) -> bool:
    return word != other and OSA.normalized_similarity(word, other, score_cutoff=_VARIANT_FROM) > 0
