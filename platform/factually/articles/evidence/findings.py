"""What the gate says of an article: figures and findings, kept beside the revision as plain data (pure)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Level: TypeAlias = Literal["error", "warn", "report"]

GATE_VERSION = 2
"""Raised whenever a check is added or judges differently, so that stored reports stay readable."""


@dataclass(frozen=True)
class Finding:
    """One thing a check found.

    Attributes:
        rule: Id of the check, `EG1`.
        level: An error keeps an article from being published, a warning does not.
        place: Where to look: `summary`, `section 3`, `source 2`, `sources`, `claim`, or `text` for all of it.
        sentence: What is wrong, for staff and readers alike.
        reason: Why it stands all the same, as its editor typed it.
    """

    rule: str
    level: Level
    place: str
    sentence: str
    reason: str | None = None


@dataclass(frozen=True)
class EvidenceFigures:
    """What readers are told about an article's evidence.

    Attributes:
        cited_sources: Different numbers cited.
        sources: Different sources, recorded or only cited.
        unresolved_sources: Those cited and not recorded.
        publishers: Different publishers of recorded sources.
        single_source_sections: Numbers of the sections that rest on one source.
        sentences: Of summary and paragraphs; None in reports before version 2.
        uncited_sentences: Those without a citation; None in reports before version 2.
    """

    citations: int
    cited_sources: int
    sources: int
    unresolved_sources: int
    publishers: int
    single_source_sections: tuple[int, ...]
    sentences: int | None = None
    uncited_sentences: int | None = None


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
