"""The evidence gate: small pure checks whose findings are stored with a revision and shown to readers.

Rule ids and levels are those of reference publishing, section 2.
"""

from factually.articles.evidence.circumstances import Circumstances
from factually.articles.evidence.findings import (
    EvidenceFigures,
    EvidenceReport,
    Finding,
    report_document,
    report_from_document,
)
from factually.articles.evidence.gate import examine

__all__ = [
    "Circumstances",
    "EvidenceFigures",
    "EvidenceReport",
    "Finding",
    "examine",
    "report_document",
    "report_from_document",
]
