"""What an editor works on, text and particulars, and the article the two make (pure)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from factually.articles.content import Reason, Source, claim_from_document
from factually.articles.parsing import parse_article
from factually.articles.rendering import render_text
from factually.foundation.canonical import canonical_json, sha256_hex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.articles.content import ArticleContent, Claim, Kind


@dataclass(frozen=True)
class Particulars:
    """All of an article that does not stand in its text.

    Attributes:
        kind: None to let the text show it.
        sources: By number; those of the text itself count where there are none here.
    """

    kind: Kind | None = None
    byline: tuple[str, ...] = ()
    ai_disclosure: str | None = None
    topics: tuple[str, ...] = ()
    claim: Claim | None = None
    rating: str | None = None
    reasons: tuple[Reason, ...] = ()
    sources: tuple[Source, ...] = ()
    checked_on: str | None = None


def compose(text: str, particulars: Particulars) -> ArticleContent:
    """Return the article that text and particulars make.

    Raises:
        InvalidInput: The text breaks the grammar; names the line.
    """
    parsed = parse_article(text).content
    return replace(
        parsed,
        kind=particulars.kind or parsed.kind,
        sources=particulars.sources or parsed.sources,
        checked_on=particulars.checked_on or parsed.checked_on,
        byline=particulars.byline,
        ai_disclosure=particulars.ai_disclosure,
        topics=particulars.topics,
        claim=particulars.claim,
        rating=particulars.rating,
        reasons=particulars.reasons,
    )


def take_apart(content: ArticleContent) -> tuple[str, Particulars]:
    """Return what an editor would work on to change this article; `compose` makes it again."""
    return render_text(content), Particulars(
        kind=content.kind,
        byline=content.byline,
        ai_disclosure=content.ai_disclosure,
        topics=content.topics,
        claim=content.claim,
        rating=content.rating,
        reasons=content.reasons,
        sources=content.sources,
        checked_on=content.checked_on,
    )


def fingerprint(text: str, particulars: Particulars) -> str:
    """Return the SHA-256 by which a save that changes nothing is known."""
    return sha256_hex(canonical_json({"text": text, "particulars": particulars_document(particulars)}))


def particulars_document(particulars: Particulars) -> dict[str, Any]:
    """Return particulars as plain data for storage beside the text."""
    return asdict(particulars)


def particulars_from_document(document: Mapping[str, Any]) -> Particulars:
    """Return the particulars that `particulars_document` was given, or the same in JSON."""
    return Particulars(
        **{
            **document,
            "byline": tuple(document["byline"]),
            "topics": tuple(document["topics"]),
            "claim": claim_from_document(document["claim"]),
            "reasons": tuple(Reason(**reason) for reason in document["reasons"]),
            "sources": tuple(Source(**source) for source in document["sources"]),
        },
    )
