"""What machines read to learn of new articles: feeds and sitemaps."""

from __future__ import annotations

from flask import Blueprint, Response, request

from factually.articles.feeds import FEED_LENGTH, write_atom
from factually.articles.queries import latest_articles
from factually.web.access import ANYONE, policy
from factually.web.context import web_context
from factually.web.public_pages import cacheable, etag_of

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feed.atom")
@policy(ANYONE)
def atom() -> Response:
    """Give the newest articles as Atom; an unchanged list is answered with 304."""
    context = web_context()
    with context.database.reading() as connection:
        articles = latest_articles(connection, FEED_LENGTH)
    etag = etag_of(repr(context.site), *(f"{article.slug} {article.sha256}" for article in articles))
    if request.if_none_match.contains_weak(etag):
        return cacheable(Response(status=304), etag)
    written = write_atom(articles, context.site)
    return cacheable(Response(written, content_type="application/atom+xml; charset=utf-8"), etag)
