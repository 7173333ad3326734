"""What an article says beside its text, as named lines that can be compared (pure)."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from factually.articles.dates import print_date
from factually.articles.presenting import KIND_NAMES
from factually.articles.ratings import RATINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.articles.content import ArticleContent, Claim, Source

_CONTENT_NAMES: Final = {
    "title": "Title",
    "kind": "Kind",
    "checked_on": "Checked on",
    "byline": "Authors",
    "ai_disclosure": "Part that AI had",
    "topics": "Topics",
    "rating": "Verdict",
}
_CLAIM_NAMES: Final = {
    "text": "Claim",
    "claimant": "Claimant",
    "claimed_on": "Claimed on",
    "first_appearance": "First seen at",
    "appearances": "Also seen at",
}
_SOURCE_NAMES: Final = {
    "title": "Title",
    "publisher": "Publisher",
    "published": "Published",
    "url": "Address",
    "accessed": "Read on",
    "kind": "Kind",
    "kind_reason": "Why this kind",
    "independence": "Independence",
    "interest": "Interest of the publisher",
    "stance": "Stance towards the claim",
    "quote": "Passage relied on",
    "archive_url": "Archived copy",
    "archived_on": "Archived on",
}
_DATES: Final = frozenset({"checked_on", "claimed_on", "published", "accessed", "archived_on"})


def particulars_of(content: ArticleContent) -> dict[str, str]:
    """Return each line by its name, empty where nothing is said."""
    lines = _lines(content, _CONTENT_NAMES)
    lines["Kind"] = KIND_NAMES[content.kind]
    if content.rating is not None and content.rating in RATINGS:
        lines["Verdict"] = RATINGS[content.rating].name
    if content.claim is not None:
        lines |= _lines(content.claim, _CLAIM_NAMES)
    for reason in content.reasons:
        lines[f"Reason for {reason.rule} at {reason.place}"] = reason.text
    return lines


def source_lines_of(source: Source) -> dict[str, str]:
    """Return the same of a source."""
    return _lines(source, _SOURCE_NAMES)


def _lines(said: ArticleContent | Claim | Source, names: Mapping[str, str]) -> dict[str, str]:
    return {
        names[field.name]: _printed(field.name, getattr(said, field.name))
        for field in fields(said)
        if field.name in names
    }


def _printed(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(str(part) for part in value)
    return print_date(str(value)) if name in _DATES else str(value)
