"""The page of an article that readers see. It never asks who is reading."""

from __future__ import annotations

from flask import Blueprint, Response, request

from factually.articles.article_pages import page_version, render_article
from factually.articles.queries import find_published, read_published
from factually.foundation.errors import NotFound
from factually.web.access import ANYONE, policy
from factually.web.context import web_context
from factually.web.public_pages import cacheable, etag_of

blueprint = Blueprint("articles", __name__)


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
        etag = etag_of(summary.sha256, page_version())
        if request.if_none_match.contains_weak(etag):
            return cacheable(Response(status=304), etag)
        article = read_published(connection, summary)
    return cacheable(Response(render_article(article)), etag)
