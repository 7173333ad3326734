"""What an article says: title, summary, sections, sources; the same value before and after storage."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from factually.articles.citations import cited_numbers, count_groups, count_words, without_citations

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

Kind: TypeAlias = Literal["claim_check", "explainer", "analysis"]
SourceKind: TypeAlias = Literal["primary", "secondary", "tertiary"]
Interest: TypeAlias = Literal["yes", "no", "unknown"]
Stance: TypeAlias = Literal["supports", "undermines", "context"]

_LATER = frozenset({"topics", "claim", "rating", "reasons"})
_LATER_OF_SOURCES = frozenset(
    {
        "accessed",
        "kind",
        "kind_reason",
        "independence",
        "interest",
        "stance",
        "quote",
        "archive_url",
        "archived_on",
        "record",
    },
)
_BOTTOM_LINE = re.compile(r"bottom line\b", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A recorded source of an article, as it was when the text was saved.

    Attributes:
        number: The `n` of its citations.
        published: ISO 8601 date of full or reduced precision (`2025`, `2025-11`), None for "n.d.".
        url: http or https address.
        accessed: ISO 8601 date on which we read it.
        kind: How near it is to what it tells of; None where nobody said.
        kind_reason: Why a source that is not primary is used.
        independence: What ties its publisher to the matter, or that nothing does.
        interest: Whether its publisher gains from what it says.
        stance: What it does to the claim of a claim check.
        quote: The passage relied on, word for word.
        archive_url: A copy of the page in a public archive.
        archived_on: ISO 8601 date of that copy.
        record: Id of the record that articles share, None where there is none.
    """

    number: int
    title: str
    publisher: str
    published: str | None
    url: str
    accessed: str | None = None
    kind: SourceKind | None = None
    kind_reason: str | None = None
    independence: str | None = None
    interest: Interest | None = None
    stance: Stance | None = None
    quote: str | None = None
    archive_url: str | None = None
    archived_on: str | None = None
    record: str | None = None


@dataclass(frozen=True)
class Claim:
    """What a claim check judges: one statement by one claimant (schema.org's Claim).

    Attributes:
        text: The claim in its claimant's words, without a verdict.
        claimant: Who made it, None where nobody knows.
        claimed_on: ISO 8601 date on which it was made, None where nobody knows.
        first_appearance: Address at which it was first seen.
        appearances: Further addresses.
    """

    text: str
    claimant: str | None = None
    claimed_on: str | None = None
    first_appearance: str | None = None
    appearances: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why a finding of the evidence gate stands, in words that readers see.

    Attributes:
        rule: Id of the check, `EG4`.
        place: The finding's place, `section 5`.
    """

    rule: str
    place: str
    text: str


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
        topics: Names under which readers find it.
        claim: What a claim check judges, None for other kinds.
        rating: Id of the verdict on the published scale (`ratings`), None for other kinds.
        reasons: Why findings that allow a reason stand.
    """

    title: str
    kind: Kind
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...] = ()
    checked_on: str | None = None
    byline: tuple[str, ...] = ()
    ai_disclosure: str | None = None
    topics: tuple[str, ...] = ()
    claim: Claim | None = None
    rating: str | None = None
    reasons: tuple[Reason, ...] = ()

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
    """Return content as plain data for canonical JSON; the names of the fields are part of each hash.

    What joined the content later and is not said is left out, so that a text keeps its hash.
    """
    document = asdict(content)
    document["sources"] = [_without_unsaid(source, _LATER_OF_SOURCES) for source in document["sources"]]
    return _without_unsaid(document, _LATER)


def _without_unsaid(document: Mapping[str, Any], later: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value or name not in later}


def from_document(document: Mapping[str, Any]) -> ArticleContent:
    """Return the content that `to_document` was given; the document comes from our own revision.

    What a document of an earlier time does not name has its default.
    """
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
        topics=tuple(document.get("topics", ())),
        claim=claim_from_document(document.get("claim")),
        rating=document.get("rating"),
        reasons=tuple(Reason(**reason) for reason in document.get("reasons", ())),
    )


def claim_from_document(document: Mapping[str, Any] | None) -> Claim | None:
    """Return the claim inside a document, None where it has none."""
    if document is None:
        return None
    return Claim(**{**document, "appearances": tuple(document["appearances"])})
