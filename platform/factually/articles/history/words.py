"""What changed between two texts, word by word (pure).

A word is compared in its folded spelling and a citation by the source it leads to, so that neither another
hyphen nor a renumbered list of sources is a change of what is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias

from factually.articles.folding import fold
from factually.articles.history.sequences import Run, compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Change: TypeAlias = Literal["same", "typography", "renumbered", "removed", "added"]

_WORD = r"[$€£]?\w+(?:[-'.,]\w+)*%?"
_CITATION = r"\[(?P<cited>[0-9]{1,4})\]"
_TOKEN = re.compile(rf"\s*(?:{_CITATION}|{_WORD}|[^\w\s])(?:\s+\Z)?|\s+")
_COUNTED = re.compile(rf"{_CITATION}|(?P<word>{_WORD})")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what became of it; all pieces in a row give both texts back.

    Attributes:
        change: `same` up to spaces; `typography` is another spelling of the same characters, `renumbered`
            another number of the same source.
        before: As it stood, empty where it was added.
        after: As it stands now, empty where it was removed.
    """

    change: Change
    before: str
    after: str


@dataclass(frozen=True)
class Tokens:
    """A text cut into words, marks and citations, each with the space before it, the last with all space.

    Attributes:
        text: The whole.
        places: Where each token begins, and where the last one ends.
        keys: What each is compared by.
        cites: Whether each is a citation.
    """

    text: str
    places: tuple[int, ...]
    keys: tuple[str, ...]
    cites: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.keys)

    def between(self, start: int, end: int) -> str:
        """Return the text of some neighbouring tokens."""
        return self.text[self.places[start] : self.places[end]]

    def length(self, start: int, end: int) -> int:
        """Return the number of characters of some neighbouring tokens."""
        return self.places[end] - self.places[start]


def tokenise(text: str, sources: Mapping[int, str] | None = None) -> Tokens:
    """Return a text's tokens.

    Args:
        text: A paragraph, a heading or anything else that is printed.
        sources: Which source each cited number leads to; a number that is missing stands for itself.
    """
    named = sources or {}
    places = [0]
    keys: list[str] = []
    cites: list[bool] = []
    for match in _TOKEN.finditer(fold(text)):
        number = match["cited"]
        places.append(match.end())
        # No word holds a bracket, so a citation is never taken for one.
        keys.append(match.group().strip() if number is None else f"[{named.get(int(number), number)}]")
        cites.append(number is not None)
    return Tokens(text, tuple(places), tuple(keys), tuple(cites))


def compare_words(before: Tokens, after: Tokens) -> tuple[Piece, ...]:
    """Return the pieces that make both texts, in the order in which a reader is shown them."""
    pieces: list[Piece] = []
    for run in _readable(compare(before.keys, after.keys), before, after):
        if run.equal:
            pieces += _alike(before, after, run)
            continue
        removed = before.between(run.before, run.before_end)
        added = after.between(run.after, run.after_end)
        pieces += [Piece("removed", removed, "")] if removed else []
        pieces += [Piece("added", "", added)] if added else []
    return tuple(pieces)


def count_changed_words(text: str) -> int:
    """Return the number of words in a piece of text, its citations and punctuation left out."""
    return sum(match["word"] is not None for match in _COUNTED.finditer(fold(text)))


def _readable(runs: Iterable[Run], before: Tokens, after: Tokens) -> list[Run]:
    """Join changes with what little is equal between them, so that a rewritten sentence reads as one change.

    The rule is that of diff-match-patch's semantic clean-up: what is equal goes if it is no longer than the
    changes on either side. A citation stays: which source is cited matters more than an easy read.
    """
    kept: list[Run] = []
    for run in runs:
        kept.append(run)
        while not run.equal and _is_noise(kept[-3:], before, after):
            first, _, last = kept[-3:]
            kept[-3:] = [Run(first.before, last.before_end, first.after, last.after_end)]
    return kept


def _is_noise(runs: list[Run], before: Tokens, after: Tokens) -> bool:
    """Tell whether the middle one of three runs, the only equal one, hinders reading."""
    match runs:
        case [first, equal, last] if not any(before.cites[equal.before : equal.before_end]):
            shorter = min(
                max(before.length(run.before, run.before_end), after.length(run.after, run.after_end))
                for run in (first, last)
            )
            return before.length(equal.before, equal.before_end) <= shorter
        case _:
            return False


def _alike(before: Tokens, after: Tokens, run: Run) -> Iterator[Piece]:
    """Yield an equal run in stretches of what is the very same and what only looks different."""
    shift = run.after - run.before

    def change(place: int) -> Change:
        old, new = before.between(place, place + 1), after.between(place + shift, place + shift + 1)
        if old.strip() == new.strip():
            return "same"
        return "renumbered" if before.cites[place] else "typography"

    for kind, stretch in groupby(range(run.before, run.before_end), change):
        places = list(stretch)
        start, end = places[0], places[-1] + 1
        yield Piece(kind, before.between(start, end), after.between(start + shift, end + shift))
