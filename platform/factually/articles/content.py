"""What an article says: title, summary, sections, sources; the same value before and after storage."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from factually.articles.citations import cited_numbers, count_groups, count_words, without_citations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind: TypeAlias = Literal["claim_check", "explainer", "analysis"]

_BOTTOM_LINE = re.compile(r"bottom line\b", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A recorded source of an article.

    Attributes:
        number: The `n` of its citations.
        published: ISO 8601 date of full or reduced precision (`2025`, `2025-11`), None for "n.d.".
        url: http or https address.
    """

    number: int
    title: str
    publisher: str
    published: str | None
    url: str


@dataclass(frozen=True)
class Section:
    """A numbered section with at least one paragraph."""

    number: int
    heading: str
    paragraphs: tuple[str, ...]

    @property
    def is_bottom_line(self) -> bool:
        """Whether the heading says that this is the bottom line."""
        return _BOTTOM_LINE.match(self.heading) is not None


@dataclass(frozen=True)
class Passage:
    """A paragraph or heading with the part of the article it stands in.

    Attributes:
        section: Number of its section, None for the summary.
    """

    section: int | None
    text: str
    is_heading: bool = False


@dataclass(frozen=True)
class ArticleContent:
    """All that is printed of an article, and all that its revision's hash covers.

    Attributes:
        title: Without the words "Fact check:" before it.
        summary: Paragraphs; empty for the older form, whose first section is the summary.
        sources: Recorded sources by number; a cited number that is missing here is unresolved.
        checked_on: ISO 8601 date printed in the text, if any.
        byline: Names of the authors, empty where unknown.
        ai_disclosure: One sentence on the part AI had, None where unknown.
    """

    title: str
    kind: Kind
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...] = ()
    checked_on: str | None = None
    byline: tuple[str, ...] = ()
    ai_disclosure: str | None = None

    @property
    def bottom_line(self) -> int | None:
        """Number of the bottom line, which only the last section can be."""
        last = self.sections[-1]
        return last.number if last.is_bottom_line else None

    @property
    def standfirst(self) -> str:
        """What lists and previews say: the summary without citations, a blank line between paragraphs."""
        paragraphs = self.summary or self.sections[0].paragraphs
        return "\n\n".join(without_citations(text) for text in paragraphs)

    @property
    def citations(self) -> int:
        """Number of citations, repeats counted."""
        return sum(len(cited_numbers(passage.text)) for passage in self.passages())

    @property
    def citation_groups(self) -> int:
        """Number of groups of neighbouring citations."""
        return sum(count_groups(passage.text) for passage in self.passages())

    @property
    def words(self) -> int:
        """Number of words of summary and paragraphs, citations left out."""
        return sum(count_words(passage.text) for passage in self.passages() if not passage.is_heading)

    @property
    def unresolved(self) -> tuple[int, ...]:
        """Cited numbers without a recorded source, ascending."""
        return tuple(sorted(set(self.numbers_by_appearance()) - {source.number for source in self.sources}))

    def passages(self) -> Iterator[Passage]:
        """Yield summary, headings and paragraphs in reading order."""
        for text in self.summary:
            yield Passage(None, text)
        for section in self.sections:
            yield Passage(section.number, section.heading, is_heading=True)
            for text in section.paragraphs:
                yield Passage(section.number, text)

    def numbers_by_appearance(self) -> list[int]:
        """Return each cited number once, in the order a reader meets them."""
        return list(
            dict.fromkeys(number for passage in self.passages() for number in cited_numbers(passage.text)),
        )


def to_document(content: ArticleContent) -> dict[str, Any]:
    """Return content as plain data for canonical JSON; the names of the fields are part of each hash."""
    return asdict(content)


def from_document(document: Mapping[str, Any]) -> ArticleContent:
    """Return the content that `to_document` was given; the document comes from our own revision."""
    return ArticleContent(
        title=document["title"],
        kind=document["kind"],
        summary=tuple(document["summary"]),
        sections=tuple(
            Section(section["number"], section["heading"], tuple(section["paragraphs"]))
            for section in document["sections"]
        ),
        sources=tuple(Source(**source) for source in document["sources"]),
        checked_on=document["checked_on"],
        byline=tuple(document["byline"]),
        ai_disclosure=document["ai_disclosure"],
    )
