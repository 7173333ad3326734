"""What a record says of its source, the rules of meaning for it, and the same as CSL-JSON (pure)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, get_args

from factually.articles.content import Interest, SourceKind
from factually.articles.dates import is_partial_date
from factually.articles.lines import FORBIDDEN
from factually.articles.sources import quotes
from factually.articles.sources.archives import checked_archive_url
from factually.articles.sources.web_addresses import host_of, normalised
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.articles.sources.quotes import TextQuote

KINDS: Final[tuple[SourceKind, ...]] = get_args(SourceKind)
INTERESTS: Final[tuple[Interest, ...]] = get_args(Interest)
CSL_TYPES: Final = (
    "webpage",
    "article-newspaper",
    "report",
    "legislation",
    "regulation",
    "legal_case",
    "dataset",
    "hearing",
    "interview",
    "speech",
    "post",
)
"""The types of CSL 1.0.2 that a fact check cites."""
MAX_LINE: Final = 500
MAX_NOTE: Final = 2_000
MAX_AUTHORS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """All that people say of a source.

    Attributes:
        url: Its own address.
        csl_type: One of `CSL_TYPES`.
        authors: Names as printed.
        published: ISO 8601 date of full or reduced precision, None for "n.d.".
        accessed: ISO 8601 date on which we read it.
        kind: How near it is to what it tells of; None where nobody said.
        kind_reason: Why a source that is not primary is used.
        independence: What ties its publisher to the matter, or that nothing does.
        interest: Whether its publisher gains from what it says.
        interest_note: What it gains.
        quote: The passage relied on.
        archive_url: A copy of the page in a public archive.
        archived_on: ISO 8601 date of that copy.
    """

    url: str
    title: str
    publisher: str
    csl_type: str = "webpage"
    authors: tuple[str, ...] = ()
    published: str | None = None
    accessed: str | None = None
    kind: SourceKind | None = None
    kind_reason: str | None = None
    independence: str | None = None
    interest: Interest | None = None
    interest_note: str | None = None
    quote: TextQuote | None = None
    archive_url: str | None = None
    archived_on: str | None = None


def checked(facts: SourceFacts) -> SourceFacts:
    """Return facts that can be stored: addresses in their one spelling, blanks as None.

    Raises:
        InvalidInput: Something is missing, too long, no date, or contradicts another; names the field.
    """
    found = replace(
        facts,
        url=normalised(facts.url),
        title=_line(facts.title, "title", "Enter the source's title."),
        publisher=_line(facts.publisher, "publisher", "Enter who published it."),
        authors=tuple(filter(None, (_short(author, "authors") for author in facts.authors))),
        published=_date(facts.published, "published"),
        accessed=_date(facts.accessed, "accessed"),
        kind_reason=_note(facts.kind_reason, "kind_reason"),
        independence=_note(facts.independence, "independence"),
        interest_note=_note(facts.interest_note, "interest_note"),
        archive_url=checked_archive_url(facts.archive_url) if facts.archive_url else None,
        archived_on=_date(facts.archived_on, "archived_on"),
        quote=_quote(facts.quote),
    )
    _check_together(found)
    return found


def to_csl(facts: SourceFacts, record_id: str) -> dict[str, object]:
    """Return a record as CSL-JSON (schema csl-data 1.0); what CSL has no word for stands under `custom`."""
    ours = {
        "kind": facts.kind,
        "kind_reason": facts.kind_reason,
        "independence": facts.independence,
        "interest": facts.interest,
        "interest_note": facts.interest_note,
        "quote": facts.quote.exact if facts.quote else None,
        "archived_on": facts.archived_on,
    }
    said = {
        "id": record_id,
        "type": facts.csl_type,
        "title": facts.title,
        "author": [{"literal": author} for author in facts.authors],
        "publisher": facts.publisher,
        "URL": facts.url,
        "issued": _csl_date(facts.published),
        "accessed": _csl_date(facts.accessed),
        "archive": host_of(facts.archive_url) if facts.archive_url else None,
        "archive_location": facts.archive_url,
        "custom": {name: value for name, value in ours.items() if value is not None},
    }
    return {name: value for name, value in said.items() if value}


def authors_of(csl: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the authors of a stored record."""
    return tuple(author["literal"] for author in csl.get("author", ()))


def _check_together(facts: SourceFacts) -> None:
    if facts.csl_type not in CSL_TYPES:
        raise InvalidInput("Choose one of the listed types.", field="csl_type")
    if len(facts.authors) > MAX_AUTHORS:
        raise InvalidInput(f"Name at most {MAX_AUTHORS} authors.", field="authors")
    if facts.interest == "yes" and facts.interest_note is None:
        raise InvalidInput("Say what the publisher gains.", field="interest_note")
    if facts.archived_on and not facts.archive_url:
        raise InvalidInput("Enter the archive copy that this date belongs to.", field="archive_url")
    if facts.published and facts.accessed and facts.published > facts.accessed:
        raise InvalidInput("We can't have read it before it was published.", field="accessed")


def _line(text: str, field: str, missing: str) -> str:
    found = _short(text, field)
    if not found:
        raise InvalidInput(missing, field=field)
    return found


def _short(text: str, field: str) -> str:
    return _readable(" ".join(text.split()), MAX_LINE, field)


def _note(text: str | None, field: str) -> str | None:
    return _readable((text or "").strip(), MAX_NOTE, field) or None


def _quote(quote: TextQuote | None) -> TextQuote | None:
    if quote is None:
        return None
    exact = _readable(quote.exact.strip(), quotes.MAX_CHARACTERS, "quote")
    if not exact:
        raise InvalidInput("Enter the words that you rely on.", field="quote")
    return replace(quote, exact=exact)


def _readable(text: str, longest: int, field: str) -> str:
    if len(text) > longest:
        raise InvalidInput(f"Use at most {longest:,} characters here.", field=field)
    if FORBIDDEN.search(text):
        raise InvalidInput("This holds a character that can't be printed.", field=field)
    return text


def _date(text: str | None, field: str) -> str | None:
    """Return an ISO 8601 date of full or reduced precision, None for a blank."""
    found = (text or "").strip()
    if found and not is_partial_date(found):
        raise InvalidInput("Write the date as 2026-03-04, 2026-03 or 2026.", field=field)
    return found or None


def _csl_date(iso: str | None) -> dict[str, object] | None:
    return {"date-parts": [[int(part) for part in iso.split("-")]]} if iso else None
