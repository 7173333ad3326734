"""Makes new words that look like the rare words of a register: surnames, places, companies, acronyms."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

_EDGE: Final = "."
_CONTEXT: Final = 3
_SHORTEST: Final = 4
_LONGEST: Final = 14
_TRIES: Final = 20
_LETTERS: Final = "AEINORST"


class WordShapes:
    """Draws words letter by letter, each as likely after the three before it as in the words learned."""

    def __init__(self, words: Iterable[str]) -> None:
        """Learn from words of four letters and more."""
        following: defaultdict[str, list[str]] = defaultdict(list)
        self._known: set[str] = set()
        for word in words:
            self._known.add(word)
            if len(word) < _SHORTEST:
                continue
            before = _EDGE * _CONTEXT
            for letter in (*word, _EDGE):
                following[before].append(letter)
                before = before[1:] + letter
        self._following = dict(following)

    def new_word(self, random: Random) -> str:
        """Return a word neither learned nor drawn before; where little was learned, a longer one."""
        word = self._draw(random)
        for _ in range(_TRIES):
            if _SHORTEST <= len(word) <= _LONGEST and word not in self._known:
                break
            word = self._draw(random)
        while word in self._known:
            word += random.choice(_LETTERS)
        self._known.add(word)
        return word

    def _draw(self, random: Random) -> str:
        letters: list[str] = []
        before = _EDGE * _CONTEXT
        while len(letters) <= _LONGEST:
            letter = random.choice(self._following[before])
            if letter == _EDGE:
                break
            letters.append(letter)
            before = before[1:] + letter
        return "".join(letters)
