"""An article laid out for a page: which text links where, and what is said about its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from factually.articles.citations import Mark, Words, split_at_citations, without_citations
from factually.articles.dates import print_date

if TYPE_CHECKING:
    from factually.articles.content import ArticleContent, Kind, Source
    from factually.articles.evidence import EvidenceFigures

KIND_NAMES: dict[Kind, str] = {
    "claim_check": "Claim check",
    "explainer": "Explainer",
    "analysis": "Analysis",
}


@dataclass(frozen=True)
class CitationLink:
    """A citation on the page.

    Attributes:
        number: Of its source, linked to `#source-<number>`.
        anchor: Its own id, so that the source list can link back.
    """

    number: int
    anchor: str


Prose: TypeAlias = "tuple[Words | CitationLink, ...]"


@dataclass(frozen=True)
class SectionLayout:
    """A section on the page.

    Attributes:
        anchor: Id of its heading.
        name: Heading without citations, for the list of contents.
    """

    number: int
    anchor: str
    name: str
    heading: Prose
    paragraphs: tuple[Prose, ...]
    is_bottom_line: bool


@dataclass(frozen=True)
class SourceLayout:
    """A line of the source list.

    Attributes:
        source: None where the number is cited and nothing is recorded.
        published: Its date as printed, "no date" where the source has none.
        anchors: Ids of the citations that lead here, in reading order.
    """

    number: int
    source: Source | None
    published: str
    anchors: tuple[str, ...]


@dataclass(frozen=True)
class ArticleLayout:
    """All parts of an article in reading order."""

    summary: tuple[Prose, ...]
    sections: tuple[SectionLayout, ...]
    sources: tuple[SourceLayout, ...]


class _Anchors:
    """Gives each citation an id of its own and remembers them by source."""

    def __init__(self) -> None:
        self._count = 0
        self.by_source: dict[int, list[str]] = {}

    def link(self, text: str) -> Prose:
        return tuple(
            self._mark(piece) if isinstance(piece, Mark) else piece for piece in split_at_citations(text)
        )

    def _mark(self, mark: Mark) -> CitationLink:
        self._count += 1
        anchor = f"citation-{self._count}"
        self.by_source.setdefault(mark.number, []).append(anchor)
        return CitationLink(mark.number, anchor)


def lay_out(content: ArticleContent) -> ArticleLayout:
    """Return the article with an id for each heading, citation and source, unique on the page."""
    anchors = _Anchors()
    summary = tuple(anchors.link(text) for text in content.summary)
    sections = tuple(
        SectionLayout(
            number=section.number,
            anchor=f"section-{section.number}",
            name=without_citations(section.heading),
            heading=anchors.link(section.heading),
            paragraphs=tuple(anchors.link(text) for text in section.paragraphs),
            is_bottom_line=section.number == content.bottom_line,
        )
        for section in content.sections
    )
    recorded = {source.number: source for source in content.sources}
    sources = tuple(
        SourceLayout(
            number=number,
            source=recorded.get(number),
            published=_published(recorded.get(number)),
            anchors=tuple(anchors.by_source.get(number, ())),
        )
        for number in sorted(recorded.keys() | anchors.by_source.keys())
    )
    return ArticleLayout(summary, sections, sources)


def evidence_headline(figures: EvidenceFigures) -> str:
    """Return the sentence of the evidence box; what is missing comes before what is there."""
    if figures.unresolved_sources:
        are = "is" if figures.unresolved_sources == 1 else "are"
        cited = _count(figures.cited_sources, "cited source")
        return f"{figures.unresolved_sources} of {cited} {are} not yet recorded"
    return ", ".join(
        [
            _count(figures.citations, "citation"),
            _count(figures.sources, "source"),
            _count(figures.publishers, "publisher"),
            f"{_count(len(figures.single_source_sections), 'section')} with a single source",
        ],
    )


def single_source_sentence(figures: EvidenceFigures) -> str | None:
    """Return which sections rest on one source, None where none does."""
    numbers = [str(number) for number in figures.single_source_sections]
    if not numbers:
        return None
    if len(numbers) == 1:
        return f"Section {numbers[0]} rests on a single source."
    return f"Sections {', '.join(numbers[:-1])} and {numbers[-1]} each rest on a single source."


def _count(number: int, noun: str) -> str:
    return {0: f"no {noun}", 1: f"1 {noun}"}.get(number, f"{number} {noun}s")


def _published(source: Source | None) -> str:
    return print_date(source.published) if source and source.published else "no date"
