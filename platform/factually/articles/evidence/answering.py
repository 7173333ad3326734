"""Whether readers can hold this site to its word from the page: EG12 (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.articles.evidence.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.articles.evidence.circumstances import Circumstances

_PLACE: Final = "text"


def corrections_are_near(circumstances: Circumstances) -> Iterator[Finding]:
    """Find a page from which the corrections are not one click away (EG12)."""
    if circumstances.links_to_corrections is None:
        yield Finding(
            "EG12", "report", _PLACE, "It was not looked up whether this page links to corrections."
        )
    elif not circumstances.links_to_corrections:
        yield Finding("EG12", "error", _PLACE, "This page does not link to the corrections.")


def complaints_are_near(circumstances: Circumstances) -> Iterator[Finding]:
    """Find a signatory of the IFCN's code whose page does not lead to the IFCN's complaints (EG12)."""
    if circumstances.ifcn_signatory is None:
        yield Finding(
            "EG12", "report", _PLACE, "It was not looked up whether this site signed the IFCN's code."
        )
    elif circumstances.ifcn_signatory and not circumstances.links_to_complaints:
        sentence = "This site signed the IFCN's code, and no link to the IFCN's complaints is known."
        yield Finding("EG12", "error", _PLACE, sentence)
