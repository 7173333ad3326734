"""What this site's pages do for every article, as the evidence gate asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.articles.evidence import Circumstances
from factually.articles.ratings import RATINGS
from factually.articles.structured_data import review_rating

if TYPE_CHECKING:
    from factually.articles.content import ArticleContent


def page_circumstances(content: ArticleContent, *, publisher: str | None = None) -> Circumstances:
    """Return what is known of an article's page before it is printed.

    Every page links to the corrections in its foot; the site has not signed the IFCN's code.

    Args:
        content: The article.
        publisher: Name under which this site publishes, None where the caller has no settings at hand.
    """
    printed, marked_up = RATINGS.get(content.rating or ""), review_rating(content)
    return Circumstances(
        publisher=publisher,
        printed_verdict=printed.name if printed else None,
        marked_up_verdict=str(marked_up["alternateName"]) if marked_up else None,
        links_to_corrections=True,
        ifcn_signatory=False,
    )
