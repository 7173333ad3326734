"""Grows the real register to any size: different, plausible names of committees, the same for the same seed.

A new name keeps the pattern of a real one (its role words, glue and punctuation) and draws every other word
from those that stand in the same place of names. Words are drawn as often as they have been used so far, and
now and then a new one is made (Simon's process), so that their frequencies keep a long tail and the
vocabulary goes on growing as that of the real register does: about 180,000 words at a million names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count, pairwise
from typing import TYPE_CHECKING, Final

from benchmarks.chance import chance_of
from benchmarks.word_shapes import WordShapes
from factually.independence.registers.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NEW_WORDS: Final = 0.055
"""Share of drawn words that are new; gives the vocabulary that Heaps' law foretells from the real names."""
KEPT_WORDS: Final = frozenset(
    """
        A ACTION AN AND ASSOCIATION AT BY CAMPAIGN CAUCUS CITIZENS CLUB COMMITTEE COMPANY CONGRESS
        CONGRESSIONAL CORP CORPORATION COUNTY DEMOCRATIC DEMOCRATS DISTRICT ELECT EXPLORATORY FEDERAL FOR
        FRIENDS FUND GOVERNMENT HOUSE IN INC LEADERSHIP LLC LOCAL NATIONAL NOMINEE OF ON ORGANIZATION PAC
        PARTY POLITICAL PRESIDENT PRIMARY RE REELECT REPUBLICAN REPUBLICANS SENATE STATE STATES SUPER TEAM
        THE TO UNION UNITED US VICTORY VOTE WITH
    """.split()  # noqa: SIM905 - a list of quoted words would fill a screen
)
"""Words of pattern: roles, legal forms and glue, as frequent in new names as in real ones."""

_PIECES: Final = re.compile(r"[A-Z]+(?:'[A-Z]+)?|[0-9]+|[^A-Z0-9]+")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
_END: Final = "$"
_ANY_WORD: Final = "*"
_FIRST_YEAR, _LAST_YEAR = 1990, 2030
_OFFSET: Final = 10_000_000


@dataclass(frozen=True)
class _Slot:
    """A word of a pattern that is drawn anew: from the words seen before `place`, or a number alike."""

    place: str
    number: str = ""


_Pattern = tuple[str | _Slot, ...]


class GrownRegister:
    """Real entries, shuffled, followed by made-up ones."""

    def __init__(self, real: Sequence[Entry], *, seed: int) -> None:
        """Take the real entries; a register of fewer is a sample of them."""
        self._random = chance_of(seed)
        self._real = self._random.sample(real, len(real))
        self._urns: dict[str, list[str]] = {}
        self._patterns = [self._pattern(entry.name.upper()) for entry in self._real]
        words = {word for urn in self._urns.values() for word in urn}
        self._shapes = WordShapes(sorted(words))

    def entries(self, size: int) -> Iterator[Entry]:
        """Yield `size` entries with different names, ids `C00...` where real and `C1...` where made up.

        A larger register holds a smaller one of the same seed; to be called once.
        """
        names: set[str] = set()
        for entry in self._real[:size]:
            names.add(entry.name)
            yield entry
        missing = size - len(self._real)
        patterns = [pattern for pattern in self._patterns if any(isinstance(part, _Slot) for part in pattern)]
        numbers = count(_OFFSET)
        while missing > 0:
            name = self._name(self._random.choice(patterns))
            if name not in names:
                names.add(name)
                missing -= 1
                yield Entry(key=f"C{next(numbers)}", name=name)

    def _pattern(self, name: str) -> _Pattern:
        """Split a name at its words, noting each drawn word in the urn of its place."""
        pieces = _PIECES.findall(name)
        words = [number for number, piece in enumerate(pieces) if piece[0].isalnum()]
        following = dict(pairwise(words))
        pattern: list[str | _Slot] = []
        for number, piece in enumerate(pieces):
            if number not in following and number not in words[-1:]:
                pattern.append(piece)
            elif piece[0].isdigit():
                pattern.append(_Slot(place="", number=piece))
            elif piece in KEPT_WORDS or len(piece) == 1:
                pattern.append(piece)
            else:
                place = _place(pieces[following[number]]) if number in following else _END
                self._urns.setdefault(place, []).append(piece)
                pattern.append(_Slot(place=place))
        return tuple(pattern)

    def _name(self, pattern: _Pattern) -> str:
        return "".join(part if isinstance(part, str) else self._draw(part) for part in pattern)

    def _draw(self, slot: _Slot) -> str:
        random = self._random
        if slot.number:
            if _YEAR.fullmatch(slot.number):
                return str(random.randrange(_FIRST_YEAR, _LAST_YEAR))
            return str(random.randrange(10 ** (len(slot.number) - 1), 10 ** len(slot.number)))
        urn = self._urns[slot.place]
        word = self._shapes.new_word(random) if random.random() < NEW_WORDS else random.choice(urn)
        urn.append(word)
        return word


def _place(following: str) -> str:
    """Name a place by the word after it: surnames stand before FOR, sponsors before POLITICAL or INC."""
    return following if following in KEPT_WORDS else _ANY_WORD
