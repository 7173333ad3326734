"""Whether a claim check judges one claim of somebody else, in one way everywhere: EG10 (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.articles.evidence.findings import Finding
from factually.articles.evidence.support import CLAIM
from factually.articles.folding import fold
from factually.articles.ratings import RATINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.articles.evidence.circumstances import Circumstances
    from factually.articles.evidence.reading import Reading


def verdict_is_on_scale(reading: Reading) -> Iterator[Finding]:
    """Find a claim check without its claim, or without a verdict of the published scale (EG10)."""
    content = reading.content
    if content.kind != "claim_check":
        return
    if content.claim is None or not content.claim.text.strip():
        yield Finding("EG10", "error", CLAIM, "The claim that this article judges is not recorded.")
    if content.rating not in RATINGS:
        yield Finding("EG10", "error", CLAIM, "There is no verdict of the published scale.")


def claim_is_of_another(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Find a claim that this site made itself, and tell where nobody knows who made it (EG10)."""
    content = reading.content
    if content.kind != "claim_check" or content.claim is None:
        return
    claimant, publisher = content.claim.claimant, circumstances.publisher
    if not claimant:
        yield Finding("EG10", "report", CLAIM, "It is not known who made the claim.")
    elif publisher is None:
        yield Finding("EG10", "report", CLAIM, "It was not looked up whether the claim is this site's own.")
    elif _plain(claimant) == _plain(publisher):
        yield Finding(
            "EG10", "error", CLAIM, f"The claim is {publisher}'s own; nobody judges their own claim."
        )


def verdict_is_the_same_everywhere(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Find a verdict that readers and machines are told differently (EG10)."""
    if reading.content.kind != "claim_check" or reading.content.rating not in RATINGS:
        return
    printed, marked_up = circumstances.printed_verdict, circumstances.marked_up_verdict
    if printed is None or marked_up is None:
        sentence = "It was not compared whether page and structured data name the same verdict."
        yield Finding("EG10", "report", CLAIM, sentence)
    elif printed != marked_up:
        sentence = f"The page says “{printed}” and its structured data “{marked_up}”."
        yield Finding("EG10", "error", CLAIM, sentence)


def _plain(name: str) -> str:
    return " ".join(fold(name).casefold().split())
