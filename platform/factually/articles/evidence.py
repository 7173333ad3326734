"""The evidence gate: small pure checks whose findings are stored with a revision and shown to readers.

Rule ids and levels are those of reference publishing, section 2. A check is a function from content
to findings; adding one to `_CHECKS` puts it into every later revision's report.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from factually.articles.citations import cited_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from factually.articles.content import ArticleContent

Level: TypeAlias = Literal["error", "warn", "report"]

GATE_VERSION = 1
"""Raised whenever a check is added or judges differently, so that stored reports stay readable."""


@dataclass(frozen=True)
class Finding:
    """One thing a check found.

    Attributes:
        rule: Id of the check, `EG1`.
        level: An error keeps an article from being published, a warning does not.
        place: Where to look: `summary`, `section 3` or `source 2`.
        sentence: What is wrong, for staff and readers alike.
    """

    rule: str
    level: Level
    place: str
    sentence: str


@dataclass(frozen=True)
class EvidenceFigures:
    """What readers are told about an article's evidence.

    Attributes:
        cited_sources: Different numbers cited.
        sources: Different sources, recorded or only cited.
        unresolved_sources: Those cited and not recorded.
        publishers: Different publishers of recorded sources.
        single_source_sections: Numbers of the sections that rest on one source.
    """

    citations: int
    cited_sources: int
    sources: int
    unresolved_sources: int
    publishers: int
    single_source_sections: tuple[int, ...]


@dataclass(frozen=True)
class EvidenceReport:
    """The result of the gate for one content.

    Attributes:
        gate_version: Which set of checks judged.
    """

    gate_version: int
    figures: EvidenceFigures
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """Number of findings that keep the article from being published."""
        return sum(finding.level == "error" for finding in self.findings)


def examine(content: ArticleContent) -> EvidenceReport:
    """Return what all checks find, so that no article claims more than its sources (DESIGN invariant 7)."""
    return EvidenceReport(
        gate_version=GATE_VERSION,
        figures=_figures(content),
        findings=tuple(finding for check in _CHECKS for finding in check(content)),
    )


def report_document(report: EvidenceReport) -> dict[str, Any]:
    """Return a report as plain data for storage beside the revision."""
    return asdict(report)


def report_from_document(document: Mapping[str, Any]) -> EvidenceReport:
    """Return the report that `report_document` was given."""
    figures = dict(document["figures"])
    figures["single_source_sections"] = tuple(figures["single_source_sections"])
    return EvidenceReport(
        gate_version=document["gate_version"],
        figures=EvidenceFigures(**figures),
        findings=tuple(Finding(**finding) for finding in document["findings"]),
    )


def _figures(content: ArticleContent) -> EvidenceFigures:
    recorded = {source.number for source in content.sources}
    cited = set(content.numbers_by_appearance())
    return EvidenceFigures(
        citations=content.citations,
        cited_sources=len(cited),
        sources=len(recorded | cited),
        unresolved_sources=len(cited - recorded),
        publishers=len({source.publisher.casefold() for source in content.sources}),
        single_source_sections=tuple(
            number for number, numbers in _cited_by_section(content).items() if number and len(numbers) == 1
        ),
    )


def _cited_by_section(content: ArticleContent) -> dict[int | None, set[int]]:
    """Return the source numbers each part cites; the summary, where there is one, is None."""
    cited: dict[int | None, set[int]] = {}
    for passage in content.passages():
        cited.setdefault(passage.section, set()).update(cited_numbers(passage.text))
    return cited


def _place(section: int | None) -> str:
    return "summary" if section is None else f"section {section}"


def _every_citation_resolves(content: ArticleContent) -> Iterator[Finding]:
    unresolved = set(content.unresolved)
    for passage in content.passages():
        for number in cited_numbers(passage.text):
            if number in unresolved:
                unresolved.discard(number)
                yield Finding(
                    "EG1", "error", _place(passage.section), f"Citation [{number}] has no recorded source."
                )


def _every_source_is_cited(content: ArticleContent) -> Iterator[Finding]:
    cited = set(content.numbers_by_appearance())
    for source in content.sources:
        if source.number not in cited:
            yield Finding(
                "EG1", "error", f"source {source.number}", f"Source [{source.number}] is never cited."
            )


def _numbers_follow_appearance(content: ArticleContent) -> Iterator[Finding]:
    """Find the first number out of order; all later ones follow from it."""
    for expected, number in enumerate(content.numbers_by_appearance(), start=1):
        if number != expected:
            yield Finding(
                "EG1",
                "error",
                f"source {number}",
                f"Sources are numbered by first appearance: [{number}] stands where [{expected}] is due.",
            )
            return


def _sources_are_complete(content: ArticleContent) -> Iterator[Finding]:
    """Find recorded sources that a reader could not look up; later fields join this rule as they come."""
    for source in content.sources:
        for name, value in (
            ("title", source.title),
            ("publisher", source.publisher),
            ("address", source.url),
        ):
            if not any(character.isalnum() for character in value):
                yield Finding(
                    "EG2", "error", f"source {source.number}", f"Source [{source.number}] has no {name}."
                )


def _every_part_cites(content: ArticleContent) -> Iterator[Finding]:
    for section, cited in _cited_by_section(content).items():
        if not cited:
            part = "The summary" if section is None else f"Section {section}"
            yield Finding("EG3", "error", _place(section), f"{part} cites no source.")


def _sections_rest_on_several_sources(content: ArticleContent) -> Iterator[Finding]:
    for section, cited in _cited_by_section(content).items():
        if section is not None and len(cited) == 1:
            (number,) = cited
            yield Finding(
                "EG4", "warn", _place(section), f"Section {section} rests on source [{number}] alone."
            )


_CHECKS: tuple[Callable[[ArticleContent], Iterator[Finding]], ...] = (
    _every_citation_resolves,
    _every_source_is_cited,
    _numbers_follow_appearance,
    _sources_are_complete,
    _every_part_cites,
    _sections_rest_on_several_sources,
)
