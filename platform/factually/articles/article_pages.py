"""The page of an article, as its address and each of its revisions show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, render_template

from factually.articles.dates import print_date
from factually.articles.presenting import KIND_NAMES, evidence_headline, lay_out, single_source_sentence
from factually.articles.ratings import RATINGS
from factually.articles.search.indexing import topic_slugs
from factually.articles.structured_data import Publisher, describe_all
from factually.web.context import web_context
from factually.web.public_pages import etag_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from factually.articles.corrections.queries import PublicNote
    from factually.articles.queries import PublishedArticle

_PAGE_VERSION = "factually.articles.page_version"
_TEMPLATES = (
    "articles/show.html",
    "articles/notes.html",
    "articles/parts.html",
    "website/base.html",
    "website/components.html",
)
_STYLES = ("css/site.css", "css/articles.css", "img/favicon.svg")


def render_article(
    article: PublishedArticle,
    template: str = "articles/show.html",
    notes: Sequence[PublicNote] | None = None,
    **more: object,
) -> str:
    """Return the page of an article.

    Args:
        article: What is shown.
        template: The article page's template, or one that extends it.
        notes: What changed in it since it was published, newest first; None to leave that out.
        **more: What that template needs beside.
    """
    site, content = web_context().site, article.content
    has_claim = content.kind == "claim_check" and content.claim is not None
    return render_template(
        template,
        section="fact-checks",
        article=article,
        layout=lay_out(content),
        kind=KIND_NAMES[content.kind],
        checked_on=_printed(content.checked_on),
        evidence_headline=evidence_headline(article.evidence.figures),
        single_source=single_source_sentence(article.evidence.figures),
        address=f"{site.base_url}/fact-checks/{article.summary.slug}",
        site=site,
        structured_data=describe_all(article, Publisher(site.name, site.base_url), notes or ()),
        has_claim=has_claim,
        claimed_on=_printed(content.claim.claimed_on) if content.claim else None,
        topics=topic_slugs(content.topics),
        verdict=RATINGS.get(content.rating or "") if has_claim else None,
        **({} if notes is None else {"notes": notes}),
        **more,
    )


def _printed(iso: str | None) -> str | None:
    return print_date(iso) if iso else None


def page_version() -> str:
    """Return what changes a page while its revision stays: templates, styles, the site's own facts."""
    known = current_app.extensions.get(_PAGE_VERSION)
    if known is None:
        loader, environment = current_app.jinja_env.loader, current_app.jinja_env
        sources = [loader.get_source(environment, name)[0] for name in _TEMPLATES] if loader else []
        address = cast("Callable[[str], str]", environment.globals["asset"])
        styles = [address(path) for path in _STYLES]
        known = etag_of(repr(web_context().site), *sources, *styles)
        current_app.extensions[_PAGE_VERSION] = known
    return str(known)
