"""Pages that readers see: an article, and the feed. They never ask who is reading."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, render_template, request

from factually.articles.dates import print_date
from factually.articles.feeds import FEED_LENGTH, write_atom
from factually.articles.presenting import KIND_NAMES, evidence_headline, lay_out, single_source_sentence
from factually.articles.queries import find_published, latest_articles, read_published
from factually.articles.structured_data import Publisher, describe
from factually.foundation.errors import NotFound
from factually.web.access import ANYONE, policy
from factually.web.context import web_context

if TYPE_CHECKING:
    from collections.abc import Callable

    from factually.articles.queries import PublishedArticle

blueprint = Blueprint("articles", __name__)

# Browsers ask each time and get 304; shared caches answer for a minute, stale ones while they ask.
_CACHE_CONTROL = "public, max-age=0, s-maxage=60, stale-while-revalidate=600"
_ETAG_CHARACTERS = 32
_PAGE_VERSION = "factually.articles.page_version"
_TEMPLATES = (
    "articles/show.html",
    "articles/parts.html",
    "website/base.html",
    "website/components.html",
)
_STYLES = ("css/site.css", "css/articles.css", "img/favicon.svg")


@blueprint.get("/fact-checks/<slug>")
@policy(ANYONE)
def show(slug: str) -> Response:
    """Show an article with its evidence; its ETag names the revision, so most answers need no text.

    Raises:
        NotFound: No published article has this address.
    """
    with web_context().database.reading() as connection:
        summary = find_published(connection, slug)
        if summary is None:
            raise NotFound("There is no fact check at this address.")
        etag = _etag(summary.sha256, _page_version())
        if request.if_none_match.contains_weak(etag):
            return _cacheable(Response(status=304), etag)
        article = read_published(connection, summary)
    return _cacheable(Response(_render(article)), etag)


@blueprint.get("/feed.atom")
@policy(ANYONE)
def feed() -> Response:
    """Give the newest articles as Atom; an unchanged list is answered with 304."""
    context = web_context()
    with context.database.reading() as connection:
        articles = latest_articles(connection, FEED_LENGTH)
    etag = _etag(repr(context.site), *(f"{article.slug} {article.sha256}" for article in articles))
    if request.if_none_match.contains_weak(etag):
        return _cacheable(Response(status=304), etag)
    written = write_atom(articles, context.site)
    return _cacheable(Response(written, content_type="application/atom+xml; charset=utf-8"), etag)


def _render(article: PublishedArticle) -> str:
    site = web_context().site
    return render_template(
        "articles/show.html",
        section="fact-checks",
        article=article,
        layout=lay_out(article.content),
        kind=KIND_NAMES[article.content.kind],
        checked_on=print_date(article.content.checked_on) if article.content.checked_on else None,
        evidence_headline=evidence_headline(article.evidence.figures),
        single_source=single_source_sentence(article.evidence.figures),
        address=f"{site.base_url}/fact-checks/{article.summary.slug}",
        site=site,
        structured_data=describe(article, Publisher(site.name, site.base_url)),
    )


def _page_version() -> str:
    """Return what changes a page while its revision stays: templates, styles, the site's own facts."""
    known = current_app.extensions.get(_PAGE_VERSION)
    if known is None:
        loader, environment = current_app.jinja_env.loader, current_app.jinja_env
        sources = [loader.get_source(environment, name)[0] for name in _TEMPLATES] if loader else []
        address = cast("Callable[[str], str]", environment.globals["asset"])
        styles = [address(path) for path in _STYLES]
        known = _etag(repr(web_context().site), *sources, *styles)
        current_app.extensions[_PAGE_VERSION] = known
    return str(known)


def _etag(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_ETAG_CHARACTERS]


def _cacheable(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = _CACHE_CONTROL
    return response
