"""Citations in a text: `[n]` marks, alone or in groups with one space between."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Longer numbers are no citations: no list of sources is that long, and int() refuses huge ones.
_CITATION = re.compile(r"\[([0-9]{1,4})\]")
_GROUP = re.compile(r"\[[0-9]{1,4}\](?: \[[0-9]{1,4}\])*")
_CITATION_AND_SPACE = re.compile(r" ?\[[0-9]{1,4}\]")


@dataclass(frozen=True)
class Words:
    """A stretch of text between two citations."""

    text: str


@dataclass(frozen=True)
class Mark:
    """One citation as it stands in the text; `number` is that of the source."""

    number: int


def cited_numbers(text: str) -> list[int]:
    """Return the source number of each citation, in order, repeats kept."""
    return [int(number) for number in _CITATION.findall(text)]


def count_groups(text: str) -> int:
    """Return how many groups of neighbouring citations there are: `[5] [3]` is one."""
    return len(_GROUP.findall(text))


def count_words(text: str) -> int:
    """Return the number of words with citations left out, so that lengths compare across drafts.

    A word is a run of characters without a space once the marks are blanked; a full stop that stood
    behind a mark counts as one. The figure of 738 for the sample article rests on this rule.
    """
    return len(_CITATION.sub(" ", text).split())


def without_citations(text: str) -> str:
    """Return the text as a reader would say it aloud, each mark gone with the space before it."""
    return _CITATION_AND_SPACE.sub("", text).strip()


def split_at_citations(text: str) -> list[Words | Mark]:
    """Return words and marks in order, so that a page can link each mark to its source.

    The space before a mark is dropped: a page raises the mark, and a line must not break before it.
    """
    pieces: list[Words | Mark] = []
    position = 0
    for match in _CITATION_AND_SPACE.finditer(text):
        if match.start() > position:
            pieces.append(Words(text[position : match.start()]))
        pieces.extend(Mark(number) for number in cited_numbers(match.group()))
        position = match.end()
    if position < len(text):
        pieces.append(Words(text[position:]))
    return pieces
