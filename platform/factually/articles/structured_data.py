"""Schema.org description of an article for machines (reference publishing, section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factually.articles.queries import PublishedArticle
    from factually.foundation.canonical import JsonValue

_TYPES = {
    # A ClaimReview joins a claim check once claim, claimant and verdict are recorded as data.
    "claim_check": "NewsArticle",
    "explainer": "BackgroundNewsArticle",
    "analysis": "AnalysisNewsArticle",
}


@dataclass(frozen=True)
class Publisher:
    """Who publishes, as structured data names it.

    Attributes:
        url: Public address of the site, without a final slash.
    """

    name: str
    url: str


def describe(article: PublishedArticle, publisher: Publisher) -> dict[str, JsonValue]:
    """Return the article's JSON-LD; whoever prints it into HTML escapes `<`."""
    summary, content = article.summary, article.content
    organisation: dict[str, JsonValue] = {
        "@type": "NewsMediaOrganization",
        "name": publisher.name,
        "url": f"{publisher.url}/",
        "ownershipFundingInfo": f"{publisher.url}/independence",
    }
    authors: list[JsonValue] = [{"@type": "Person", "name": name} for name in content.byline]
    return {
        "@context": "https://schema.org",
        "@type": _TYPES[summary.kind],
        "headline": content.title,
        "abstract": summary.summary,
        "url": f"{publisher.url}/fact-checks/{summary.slug}",
        "mainEntityOfPage": f"{publisher.url}/fact-checks/{summary.slug}",
        "datePublished": summary.published_at.isoformat(),
        "dateModified": summary.updated_at.isoformat(),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "author": authors or organisation,
        "publisher": organisation,
        "version": article.number,
        "wordCount": content.words,
        "citation": [
            {
                "@type": "CreativeWork",
                "name": source.title,
                "url": source.url,
                "publisher": {"@type": "Organization", "name": source.publisher},
                **({"datePublished": source.published} if source.published else {}),
            }
            for source in content.sources
        ],
    }
