"""Feeds of the newest notes: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from feedgenerator import Atom1Feed
from markupsafe import Markup

from factually.articles.corrections.notes import NOTE_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.articles.corrections.queries import ListedNote
    from factually.foundation.canonical import JsonValue
    from factually.web.context import SiteFacts

_DESCRIPTION: Final = "Every change of a published fact check: what it said, what it says now, and why."


def write_atom(notes: Sequence[ListedNote], site: SiteFacts) -> bytes:
    """Return the feed; an entry's id holds through a change of the article's address."""
    feed = Atom1Feed(
        title=_title(site),
        link=f"{site.base_url}/corrections",
        description=_DESCRIPTION,
        language="en",
        author_name=site.name,
        feed_url=f"{site.base_url}/corrections.atom",
        feed_guid=f"{site.base_url}/corrections",
    )
    for listed in notes:
        feed.add_item(
            title=_headline(listed),
            link=_address(listed, site),
            description=_to_html(listed),
            unique_id=_identifier(listed),
            pubdate=listed.note.made_at,
            updateddate=listed.note.made_at,
        )
    written = feed.writeString("utf-8")
    return written if isinstance(written, bytes) else written.encode()


def describe_feed(notes: Sequence[ListedNote], site: SiteFacts) -> dict[str, JsonValue]:
    """Return the same list as JSON Feed 1.1 (jsonfeed.org), each note's parts in an extension of ours."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(site),
        "home_page_url": f"{site.base_url}/corrections",
        "feed_url": f"{site.base_url}/corrections.json",
        "description": _DESCRIPTION,
        "language": "en",
        "authors": [{"name": site.name, "url": f"{site.base_url}/"}],
        "items": [_item(listed, site) for listed in notes],
    }


def _item(listed: ListedNote, site: SiteFacts) -> dict[str, JsonValue]:
    note = listed.note
    return {
        "id": _identifier(listed),
        "url": _address(listed, site),
        "title": _headline(listed),
        "content_html": _to_html(listed),
        "date_published": note.made_at.isoformat(),
        "_correction": {
            "about": f"{site.base_url}/corrections",
            "kind": note.kind,
            "was": note.was,
            "now": note.now,
            "why": note.why,
            "found_by": note.found_by,
            "verdict_changed": note.verdict_changed,
            "revision": note.number,
        },
    }


def _title(site: SiteFacts) -> str:
    return f"{site.name}: corrections"


def _headline(listed: ListedNote) -> str:
    """Name the kind first: a correction is always labelled one."""
    return f"{NOTE_KINDS[listed.note.kind]}: {listed.title}"


def _address(listed: ListedNote, site: SiteFacts) -> str:
    return f"{site.base_url}/fact-checks/{listed.slug}"


def _identifier(listed: ListedNote) -> str:
    return uuid.uuid5(listed.article_id, f"note {listed.id}").urn


def _to_html(listed: ListedNote) -> str:
    note = listed.note
    told = [("What we said", note.was), ("What is right", note.now), ("How it came about", note.why)]
    if note.found_by:
        told.append(("Found by", note.found_by))
    if note.verdict_changed:
        told.append(("Our verdict", "It is another one now."))
    line = Markup("<p><strong>{}:</strong> {}</p>")
    return "".join(line.format(name, words) for name, words in told)
