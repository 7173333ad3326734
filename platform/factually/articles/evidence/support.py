"""Whether what the article says rests on more than one voice: EG4, EG5 and EG6 (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.articles.evidence.findings import Finding
from factually.articles.evidence.reading import place_of
from factually.articles.sources.web_addresses import registrable_domain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.articles.evidence.reading import Reading

CLAIM: Final = "claim"
"""Where findings about the central claim stand."""
_FEWEST_PUBLISHERS: Final = 2


def sections_rest_on_several(reading: Reading) -> Iterator[Finding]:
    """Find sections that cite a single source (EG4)."""
    for section, cited in reading.cited_by_part.items():
        if section is not None and len(cited) == 1:
            sentence = f"Section {section} rests on source [{cited[0]}] alone."
            yield Finding("EG4", "warn", place_of(section), sentence)


def claim_rests_on_several(reading: Reading) -> Iterator[Finding]:
    """Find a central claim that one publisher alone bears out (EG5).

    The central claim is what summary and bottom line say. Publishers are told apart by their
    registrable domains. A citation without a source is EG1's: nobody can tell whose it would be.
    """
    content = reading.content
    parts = (None, content.bottom_line)
    cited = {number for part in parts for number in reading.cited_by_part.get(part, ())}
    if not cited or not cited <= reading.sources.keys():
        return
    domains = sorted({_domain(reading.sources[number].url) for number in cited})
    if len(domains) < _FEWEST_PUBLISHERS:
        yield Finding("EG5", "error", CLAIM, f"The central claim rests on one publisher alone, {domains[0]}.")


def both_stances_are_cited(reading: Reading) -> Iterator[Finding]:
    """Find a claim check that cites only one side of its claim (EG6)."""
    if reading.content.kind != "claim_check":
        return
    stances = {source.stance for source in reading.cited_sources()}
    for stance in ("supports", "undermines"):
        if stance not in stances:
            yield Finding(
                "EG6", "error", CLAIM, f"No cited source is recorded as one that {stance} the claim."
            )


def _domain(url: str) -> str:
    try:
        return registrable_domain(url)
    except ValueError:
        return url
