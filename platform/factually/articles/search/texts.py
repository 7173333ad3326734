"""What of an article is searched, by weight, and how a found passage is marked (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.articles.citations import without_citations
from factually.articles.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factually.articles.content import ArticleContent

MARK_START: Final = "\ue000"
MARK_END: Final = "\ue001"
"""Private characters that the database puts around what it found; never shown."""
# PostgreSQL refuses a tsvector of more than a megabyte.
MAX_SEARCHED_CHARACTERS: Final = 150_000


# PostgreSQL leaves what looks like markup out of the passages it gives.
_NO_MARKUP: Final = str.maketrans("<>&", "   ")


def unmarked(text: str) -> str:
    """Return text as it is searched, character for character: folded, and nothing in it like markup."""
    return fold(text).translate(_NO_MARKUP)


@dataclass(frozen=True)
class SearchedText:
    """The text of an article, ready for the index.

    Attributes:
        original: Summary, headings and paragraphs without citations, one a line.
        weights: Folded text for each of the weights A, B, C and D.
    """

    original: str
    weights: tuple[str, str, str, str]

    @property
    def folded(self) -> str:
        """The original in plain spelling, character for character."""
        return unmarked(self.original)


def searched_text(content: ArticleContent) -> SearchedText:
    """Return what is searched of an article, so that a citation is no number and each hyphen is one."""
    passages = [without_citations(passage.text) for passage in content.passages()]
    in_summary = len(content.summary)
    opening = [
        text
        for place, (text, passage) in enumerate(zip(passages, content.passages(), strict=True))
        if place < in_summary or passage.is_heading
    ]
    paragraphs = [
        text
        for place, (text, passage) in enumerate(zip(passages, content.passages(), strict=True))
        if place >= in_summary and not passage.is_heading
    ]
    sources = [f"{source.title}, {source.publisher}" for source in content.sources]
    claim = [content.claim.text] if content.claim else []
    return SearchedText(
        original=_joined(passages),
        weights=(
            unmarked(_joined([content.title, *claim])),
            unmarked(_joined(opening)),
            unmarked(_joined(paragraphs)),
            unmarked(_joined(sources)),
        ),
    )


@dataclass(frozen=True)
class Stretch:
    """Part of a passage; `found` where it is what was searched for."""

    text: str
    found: bool


def mark(original: str, headline: str) -> tuple[Stretch, ...]:
    """Return a found passage in its printed spelling, cut where what was found begins and ends.

    Args:
        original: The text as printed.
        headline: A passage of its folded text, with private characters around what was found.

    Returns:
        Nothing where the passage does not stand in the text, as with markup that the database leaves out.
    """
    bare = headline.replace(MARK_START, "").replace(MARK_END, "")
    place = unmarked(original).find(bare)
    if place < 0 or not bare:
        return ()
    stretches: list[Stretch] = []
    for piece in headline.split(MARK_START):
        inside, _, outside = piece.rpartition(MARK_END)
        for text, found in ((inside, True), (outside, False)):
            length = len(text.replace(MARK_END, ""))
            if length:
                stretches.append(Stretch(original[place : place + length], found))
                place += length
    return tuple(stretches)


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(texts)[:MAX_SEARCHED_CHARACTERS]
