"""Feeds of the newest articles: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from feedgenerator import Atom1Feed
from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.articles.queries import ArticleSummary
    from factually.foundation.canonical import JsonValue
    from factually.web.context import SiteFacts

FEED_LENGTH: Final = 20
JSON_FEED: Final = "application/feed+json"
_DESCRIPTION: Final = "Fact checks that show every source."


def write_atom(articles: Sequence[ArticleSummary], site: SiteFacts) -> bytes:
    """Return the feed; an entry's id is the article's own, so that it outlives a change of address."""
    feed = Atom1Feed(
        title=_title(site),
        link=f"{site.base_url}/",
        description=_DESCRIPTION,
        language="en",
        author_name=site.name,
        feed_url=f"{site.base_url}/feed.atom",
        feed_guid=f"{site.base_url}/",
    )
    for article in articles:
        feed.add_item(
            title=article.title,
            link=f"{site.base_url}/fact-checks/{article.slug}",
            description=_to_html(article.summary),
            unique_id=article.article_id.urn,
            pubdate=article.published_at,
            updateddate=article.updated_at,
        )
    written = feed.writeString("utf-8")
    return written if isinstance(written, bytes) else written.encode()


def describe_feed(articles: Sequence[ArticleSummary], site: SiteFacts) -> dict[str, JsonValue]:
    """Return the same list as JSON Feed 1.1 (jsonfeed.org).

    Each item names, in an extension of ours, the hash of the revision it tells of and where that stays.
    """
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(site),
        "home_page_url": f"{site.base_url}/",
        "feed_url": f"{site.base_url}/feed.json",
        "description": _DESCRIPTION,
        "language": "en",
        "authors": [{"name": site.name, "url": f"{site.base_url}/"}],
        "items": [_item(article, f"{site.base_url}/fact-checks/{article.slug}") for article in articles],
    }


def _item(article: ArticleSummary, address: str) -> dict[str, JsonValue]:
    return {
        "id": article.article_id.urn,
        "url": address,
        "title": article.title,
        "content_html": _to_html(article.summary),
        "date_published": article.published_at.isoformat(),
        "date_modified": article.updated_at.isoformat(),
        "_revision": {
            "about": f"{address}/history",
            "sha256": article.sha256,
            "url": f"{address}@{article.sha256}",
        },
    }


def _title(site: SiteFacts) -> str:
    return f"{site.name}: fact checks"


def _to_html(summary: str) -> str:
    """Return paragraphs as HTML, since both feeds say that summaries are."""
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in summary.split("\n\n") if paragraph)
