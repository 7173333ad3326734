"""What a fetched page says: its text, and suggestions for its record. Nothing is fetched here."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trafilatura import extract_metadata, html2txt, load_html

from factually.articles.sources.records import MAX_LINE
from factually.articles.sources.web_addresses import registrable_domain

if TYPE_CHECKING:
    from factually.foundation.outgoing.fetching import Fetched

HTML: Final = frozenset({"application/xhtml+xml", "text/html"})
_PLAIN: Final = "text/plain"
# It reports each page that it can make nothing of as an error; for us that is an answer.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What a page says of itself, for an editor to check; empty where it says nothing.

    Attributes:
        published: ISO 8601 date.
    """

    title: str
    publisher: str
    authors: tuple[str, ...]
    published: str


def suggest(page: Fetched) -> Suggestions:
    """Return what a page's markup says of title, publisher, authors and date; the domain for no publisher."""
    domain = registrable_domain(page.url)
    tree = load_html(page.body) if page.content_type in HTML else None
    if tree is None:
        return Suggestions("", domain, (), "")
    # Without guesses from the text: a wrong date is worse than none.
    found = extract_metadata(tree, default_url=page.url, extensive=False)
    return Suggestions(
        title=_line(found.title),
        publisher=_line(found.sitename) or domain,
        authors=tuple(filter(None, map(_line, (found.author or "").split(";")))),
        published=found.date or "",
    )


def text_of(page: Fetched) -> str | None:
    """Return all words of a page, None where it holds none that we can read (a PDF, a picture)."""
    if page.content_type == _PLAIN:
        return page.body.decode(errors="replace")
    if page.content_type not in HTML:
        return None
    tree = load_html(page.body)
    return None if tree is None else html2txt(tree)


def _line(text: str | None) -> str:
    return " ".join((text or "").split())[:MAX_LINE]
