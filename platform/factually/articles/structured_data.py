"""Schema.org description of an article for machines (schema.org v30; reference publishing, section 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.articles.corrections.notes import NOTE_KINDS
from factually.articles.presenting import evidence_headline
from factually.articles.ratings import BEST_VALUE, RATINGS, WORST_VALUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.articles.content import ArticleContent, Claim, Source
    from factually.articles.corrections.queries import PublicNote
    from factually.articles.queries import PublishedArticle
    from factually.foundation.canonical import JsonValue

POLICY_ADDRESSES: Final = {
    "publishingPrinciples": "/policies",
    "correctionsPolicy": "/policies#corrections",
    "ethicsPolicy": "/policies#ethics",
    "verificationFactCheckingPolicy": "/methodology",
    "ownershipFundingInfo": "/policies#ownership",
    "missionCoveragePrioritiesPolicy": "/policies#mission",
    "unnamedSourcesPolicy": "/policies#unnamed-sources",
    "actionableFeedbackPolicy": "/policies#feedback",
    "diversityPolicy": "/policies#diversity",
    "masthead": "/policies#masthead",
    "noBylinesPolicy": "/policies#no-bylines",
}
"""Where each policy of the NewsMediaOrganization stands."""
_TYPES = {
    "claim_check": "NewsArticle",
    "explainer": "BackgroundNewsArticle",
    "analysis": "AnalysisNewsArticle",
}
_CONTEXT = "https://schema.org"
_WITH_AI = "https://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
_DENIAL = re.compile(r"\b(?:no|none|not|never|without)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Publisher:
    """Who publishes, as structured data names it.

    Attributes:
        url: Public address of the site, without a final slash.
    """

    name: str
    url: str


def describe_all(
    article: PublishedArticle, publisher: Publisher, notes: Sequence[PublicNote] = ()
) -> list[dict[str, JsonValue]]:
    """Return what the page tells machines: the article, and of a claim check its one ClaimReview."""
    review = claim_review(article, publisher)
    return [describe(article, publisher, notes), *([review] if review else [])]


def describe(
    article: PublishedArticle, publisher: Publisher, notes: Sequence[PublicNote] = ()
) -> dict[str, JsonValue]:
    """Return the article's JSON-LD; whoever prints it into HTML escapes `<`.

    Args:
        article: What is shown.
        publisher: Who publishes it.
        notes: What changed in it, in the order in which the page shows them.
    """
    summary, content = article.summary, article.content
    organisation = describe_publisher(publisher)
    return {
        "@context": _CONTEXT,
        "@type": _TYPES[summary.kind],
        "headline": content.title,
        "abstract": summary.summary,
        "backstory": f"{evidence_headline(article.evidence.figures)}.",
        "url": _address(article, publisher),
        "mainEntityOfPage": _address(article, publisher),
        "datePublished": summary.published_at.isoformat(),
        "dateModified": summary.updated_at.isoformat(),
        "sdDatePublished": summary.updated_at.date().isoformat(),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "author": _authors(content, organisation),
        "publisher": organisation,
        "publishingPrinciples": organisation["publishingPrinciples"],
        "funder": {"@id": organisation["@id"]},
        "version": article.number,
        "wordCount": content.words,
        "citation": [_cited(source) for source in content.sources],
        **_where_said(content, notes),
    }


def describe_publisher(publisher: Publisher) -> dict[str, JsonValue]:
    """Return the NewsMediaOrganization with the address of each of its policies."""
    policies = {name: f"{publisher.url}{address}" for name, address in POLICY_ADDRESSES.items()}
    return {
        "@type": "NewsMediaOrganization",
        "@id": f"{publisher.url}/#publisher",
        "name": publisher.name,
        "url": f"{publisher.url}/",
        **policies,
    }


def claim_review(article: PublishedArticle, publisher: Publisher) -> dict[str, JsonValue] | None:
    """Return the ClaimReview of a claim check, None without a claim and a verdict of the scale."""
    claim, rating = article.content.claim, review_rating(article.content)
    if claim is None or rating is None:
        return None
    return {
        "@context": _CONTEXT,
        "@type": "ClaimReview",
        "url": _address(article, publisher),
        "claimReviewed": claim.text,
        "datePublished": article.summary.published_at.isoformat(),
        "author": describe_publisher(publisher),
        "reviewRating": rating,
        "itemReviewed": _claim(claim),
    }


def review_rating(content: ArticleContent) -> dict[str, JsonValue] | None:
    """Return the verdict of a claim check as a Rating, with figures only where the scale has one."""
    rating = RATINGS.get(content.rating or "")
    if content.kind != "claim_check" or rating is None:
        return None
    described: dict[str, JsonValue] = {
        "@type": "Rating",
        "alternateName": rating.name,
        "ratingExplanation": rating.meaning,
    }
    if rating.value is not None:
        described |= {"ratingValue": rating.value, "worstRating": WORST_VALUE, "bestRating": BEST_VALUE}
    return described


def _where_said(content: ArticleContent, notes: Sequence[PublicNote]) -> dict[str, JsonValue]:
    """Return what not every article has."""
    said: dict[str, JsonValue] = {}
    if content.topics:
        said["keywords"] = list(content.topics)
    if notes:
        said["correction"] = [_correction(note) for note in notes]
    # A sentence that denies it is no disclosure; one that does both is left to readers.
    if content.ai_disclosure and not _DENIAL.search(content.ai_disclosure):
        said["digitalSourceType"] = _WITH_AI
    return said


def _address(article: PublishedArticle, publisher: Publisher) -> str:
    return f"{publisher.url}/fact-checks/{article.summary.slug}"


def _authors(content: ArticleContent, organisation: dict[str, JsonValue]) -> JsonValue:
    people: list[JsonValue] = [{"@type": "Person", "name": name} for name in content.byline]
    return people or organisation


def _claim(claim: Claim) -> dict[str, JsonValue]:
    described: dict[str, JsonValue] = {"@type": "Claim", "text": claim.text}
    if claim.claimant:
        # Person or organization: nobody recorded which, and neither is claimed.
        described["author"] = {"name": claim.claimant}
    if claim.claimed_on:
        described["datePublished"] = claim.claimed_on
    if claim.first_appearance:
        described["firstAppearance"] = _appearance(claim.first_appearance)
    if claim.appearances:
        described["appearance"] = [_appearance(address) for address in claim.appearances]
    return described


def _appearance(address: str) -> dict[str, JsonValue]:
    return {"@type": "CreativeWork", "url": address}


def _cited(source: Source) -> dict[str, JsonValue]:
    described: dict[str, JsonValue] = {
        "@type": "CreativeWork",
        "name": source.title,
        "url": source.url,
        "publisher": {"@type": "Organization", "name": source.publisher},
    }
    if source.published:
        described["datePublished"] = source.published
    if source.archive_url:
        described["archivedAt"] = source.archive_url
    return described


def _correction(note: PublicNote) -> dict[str, JsonValue]:
    label = next(word for kind, word in NOTE_KINDS.items() if kind == note.kind)
    return {
        "@type": "CorrectionComment",
        "text": f"{label}. We said: {note.was} What is right: {note.now} {note.why}",
        "datePublished": note.made_at.isoformat(),
    }
