"""Whether what the article says carries citations: EG1, EG3, EG7 and EG8 (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factually.articles.evidence.findings import Finding
from factually.articles.evidence.reading import place_of
from factually.articles.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.articles.evidence.reading import Reading

MOST_SENTENCES_TOLD: Final = 50
"""A text with more findings of EG7 has one fault, not so many."""
_MOST_QUOTED: Final = 12
_FACTUAL: Final = re.compile(
    r"""[0-9%$£€"]|\b(?:(?:hundred|thousand|million|billion|trillion)s?"""
    r"|(?:January|February|April|June|July|August|September|October|November|December)"
    r"|(?:by|early|in|last|late|mid|next|of|since|this|until)[ -](?:March|May))\b"
)


def resolves(reading: Reading) -> Iterator[Finding]:
    """Find cited numbers without a recorded source (EG1)."""
    for number, section in reading.numbers.items():
        if number not in reading.sources:
            yield Finding("EG1", "error", place_of(section), f"Citation [{number}] has no recorded source.")


def is_cited(reading: Reading) -> Iterator[Finding]:
    """Find recorded sources that no sentence cites (EG1)."""
    for number in reading.sources:
        if number not in reading.numbers:
            yield Finding("EG1", "error", f"source {number}", f"Source [{number}] is never cited.")


def in_order(reading: Reading) -> Iterator[Finding]:
    """Find the first number out of order; all later ones follow from it (EG1)."""
    for expected, number in enumerate(reading.numbers, start=1):
        if number != expected:
            yield Finding(
                "EG1",
                "error",
                f"source {number}",
                f"Sources are numbered by first appearance: [{number}] stands where [{expected}] is due.",
            )
            return


def every_part_cites(reading: Reading) -> Iterator[Finding]:
    """Find a summary or section, the bottom line among them, that cites nothing (EG3)."""
    for section, cited in reading.cited_by_part.items():
        if not cited:
            part = "The summary" if section is None else f"Section {section}"
            yield Finding("EG3", "error", place_of(section), f"{part} cites no source.")


def facts_are_cited(reading: Reading) -> Iterator[Finding]:
    """Find sentences with a figure, a date or quoted words, and no citation in them or right behind (EG7)."""
    bare = [
        sentence
        for sentence in reading.sentences
        if not sentence.cited and not sentence.followed and _FACTUAL.search(fold(sentence.text))
    ]
    for sentence in bare[:MOST_SENTENCES_TOLD]:
        yield Finding(
            "EG7",
            "error",
            sentence.place,
            f"A figure, a date or quoted words, and no source: “{sentence.beginning}”",
        )
    if len(bare) > MOST_SENTENCES_TOLD:
        more = f"{len(bare) - MOST_SENTENCES_TOLD} more such sentences"
        yield Finding("EG7", "error", bare[MOST_SENTENCES_TOLD].place, f"From here on there are {more}.")


def share_is_told(reading: Reading) -> Iterator[Finding]:
    """Tell how many sentences carry no citation, and how they begin (EG8)."""
    bare = [sentence for sentence in reading.sentences if not sentence.cited]
    if not bare:
        return
    quoted = "; ".join(f"“{sentence.beginning}” ({sentence.place})" for sentence in bare[:_MOST_QUOTED])
    more = f"; and {len(bare) - _MOST_QUOTED} more" if len(bare) > _MOST_QUOTED else ""
    share = f"{len(bare)} of {len(reading.sentences)} sentences carry no citation"
    yield Finding("EG8", "report", "text", f"{share}: {quoted}{more}.")
