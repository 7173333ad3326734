"""The gate itself: which checks there are, and the report of what all of them find (pure).

A check is a function from the article, its circumstances or both to findings; adding one to the tuples below
puts it into every later revision's report.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from factually.articles.evidence import answering, citing, judging, sourcing, support
from factually.articles.evidence.circumstances import UNKNOWN
from factually.articles.evidence.findings import GATE_VERSION, EvidenceFigures, EvidenceReport
from factually.articles.evidence.reading import read
from factually.articles.evidence.rules import TAKES_REASON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factually.articles.content import ArticleContent
    from factually.articles.evidence.circumstances import Circumstances
    from factually.articles.evidence.findings import Finding
    from factually.articles.evidence.reading import Reading

CHECKS: Final[tuple[Callable[[Reading], Iterator[Finding]], ...]] = (
    citing.resolves,
    citing.is_cited,
    citing.in_order,
    sourcing.is_complete,
    citing.every_part_cites,
    support.sections_rest_on_several,
    support.claim_rests_on_several,
    support.both_stances_are_cited,
    citing.facts_are_cited,
    citing.share_is_told,
    sourcing.interest_is_answered,
    judging.verdict_is_on_scale,
)
CHECKS_OF_CIRCUMSTANCES: Final[tuple[Callable[[Reading, Circumstances], Iterator[Finding]], ...]] = (
    sourcing.gifts_are_disclosed,
    judging.claim_is_of_another,
    judging.verdict_is_the_same_everywhere,
    sourcing.copies_are_sound,
)
CHECKS_OF_SITE: Final[tuple[Callable[[Circumstances], Iterator[Finding]], ...]] = (
    answering.corrections_are_near,
    answering.complaints_are_near,
)


def examine(content: ArticleContent, circumstances: Circumstances = UNKNOWN) -> EvidenceReport:
    """Return what all checks find, so that no article claims more than its sources (DESIGN invariant 7).

    Args:
        content: The article.
        circumstances: What it does not say itself; what is not known is told, never passed off as fine.
    """
    reading = read(content)
    found = [finding for check in CHECKS for finding in check(reading)]
    found += [finding for check in CHECKS_OF_CIRCUMSTANCES for finding in check(reading, circumstances)]
    found += [finding for check in CHECKS_OF_SITE for finding in check(circumstances)]
    return EvidenceReport(
        gate_version=GATE_VERSION,
        figures=_figures(reading),
        findings=tuple(_with_reasons(found, content)),
    )


def _with_reasons(findings: list[Finding], content: ArticleContent) -> Iterator[Finding]:
    """Yield findings by rule; one whose rule takes a reason, and that has one, blocks and warns no more."""
    reasons = {(reason.rule, reason.place): reason.text for reason in content.reasons if reason.text.strip()}
    for finding in sorted(findings, key=lambda finding: int(finding.rule.removeprefix("EG"))):
        reason = reasons.get((finding.rule, finding.place)) if finding.rule in TAKES_REASON else None
        yield replace(finding, level="report", reason=reason) if reason else finding


def _figures(reading: Reading) -> EvidenceFigures:
    return EvidenceFigures(
        citations=reading.content.citations,
        cited_sources=len(reading.numbers),
        sources=len(reading.sources.keys() | reading.numbers.keys()),
        unresolved_sources=len(reading.numbers.keys() - reading.sources.keys()),
        publishers=len({source.publisher.casefold() for source in reading.sources.values()}),
        single_source_sections=tuple(
            part for part, cited in reading.cited_by_part.items() if part and len(cited) == 1
        ),
        sentences=len(reading.sentences),
        uncited_sentences=sum(not sentence.cited for sentence in reading.sentences),
    )
