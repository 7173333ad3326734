"""The gate itself: which checks there are, and the report of what all of them find.

A check is a function from content to findings; adding one to `_CHECKS` puts it into every later
revision's report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.articles.citations import cited_numbers
from factually.articles.evidence.findings import GATE_VERSION, EvidenceFigures, EvidenceReport, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factually.articles.content import ArticleContent


def examine(content: ArticleContent) -> EvidenceReport:
    """Return what all checks find, so that no article claims more than its sources (DESIGN invariant 7)."""
    return EvidenceReport(
        gate_version=GATE_VERSION,
        figures=_figures(content),
        findings=tuple(finding for check in _CHECKS for finding in check(content)),
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
