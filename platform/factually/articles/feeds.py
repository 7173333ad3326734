"""The Atom feed of the newest articles (RFC 4287)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedgenerator import Atom1Feed
from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.articles.queries import ArticleSummary
    from factually.web.context import SiteFacts

FEED_LENGTH = 20


def write_atom(articles: Sequence[ArticleSummary], site: SiteFacts) -> bytes:
    """Return the feed; an entry's id is the article's own, so that it outlives a change of address."""
    feed = Atom1Feed(
        title=f"{site.name}: fact checks",
        link=f"{site.base_url}/",
        description="Fact checks that show every source.",
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


def _to_html(summary: str) -> str:
    """Return paragraphs as HTML, since the feed says that summaries are."""
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in summary.split("\n\n") if paragraph)
