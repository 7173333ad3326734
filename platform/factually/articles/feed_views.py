"""What machines read to learn of articles: feeds and sitemaps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request

from factually.articles.feeds import FEED_LENGTH, JSON_FEED, describe_feed, write_atom
from factually.articles.queries import Position, latest_articles
from factually.articles.sitemaps import list_files, write_index, write_news, write_sitemap
from factually.foundation.errors import InvalidInput, NotFound
from factually.web.access import ANYONE, policy
from factually.web.context import web_context
from factually.web.public_pages import PUBLIC, cacheable, etag_of, public_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from factually.articles.queries import ArticleSummary
    from factually.web.context import SiteFacts

blueprint = Blueprint("feeds", __name__)

_ATOM: Final = "application/atom+xml; charset=utf-8"
_XML: Final = "application/xml; charset=utf-8"


@blueprint.get("/feed.atom")
@policy(ANYONE)
def atom() -> Response:
    """Give the newest articles as Atom; an unchanged list is answered with 304."""
    return _feed(write_atom, _ATOM)


@blueprint.get("/feed.json")
@policy(ANYONE)
def json_feed() -> Response:
    """Give the same list as JSON Feed."""
    return _feed(lambda articles, site: json.dumps(describe_feed(articles, site)), JSON_FEED)


@blueprint.get("/sitemap.xml")
@policy(ANYONE)
def sitemap() -> Response:
    """List all pages for crawlers, or the files that do where one file can't hold them."""
    context = web_context()
    with context.database.reading() as connection:
        files = list_files(connection)
    if files:
        return public_page(write_index(files, context.site), content_type=_XML)
    return _streamed(write_sitemap(context.database, context.site))


@blueprint.get("/sitemap-<start>.xml")
@policy(ANYONE)
def sitemap_file(start: str) -> Response:
    """List the articles from a place on.

    Raises:
        NotFound: It is no place in the list of articles.
    """
    context = web_context()
    try:
        place = Position.parse(start)
    except InvalidInput as error:
        raise NotFound("There is no such sitemap.") from error
    return _streamed(write_sitemap(context.database, context.site, start=place))


@blueprint.get("/news-sitemap.xml")
@policy(ANYONE)
def news_sitemap() -> Response:
    """List the articles of the last two days for news crawlers."""
    context = web_context()
    with context.database.reading() as connection:
        written = write_news(connection, context.site, now=context.clock.now())
    return public_page(written, content_type=_XML)


def _feed(write: Callable[[Sequence[ArticleSummary], SiteFacts], str | bytes], content_type: str) -> Response:
    context = web_context()
    with context.database.reading() as connection:
        articles = latest_articles(connection, FEED_LENGTH)
    etag = etag_of(repr(context.site), *(f"{article.slug} {article.sha256}" for article in articles))
    if request.if_none_match.contains_weak(etag):
        return cacheable(Response(status=304), etag)
    return cacheable(Response(write(articles, context.site), content_type=content_type), etag)


def _streamed(pieces: Iterator[str]) -> Response:
    """Return an answer that is sent as it is written, so it has no ETag and is not kept in memory."""
    return Response(pieces, content_type=_XML, headers={"Cache-Control": PUBLIC})
