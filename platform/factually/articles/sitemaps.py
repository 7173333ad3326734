"""Sitemaps (sitemaps.org, protocol 0.9) and the news sitemap, read and written piece by piece.

They list articles; the few other pages are linked from each of them. A file begins at a place in the list of
articles, oldest first, so that files stay what they are while new articles come. Rows are read by key, a
thousand at a time, each time on a connection that is given back: neither a long list nor a slow crawler holds
memory or the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from markupsafe import escape
from sqlalchemy import func, select, text, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from factually.articles.models import Article, ArticlePublication, ArticleRevision
from factually.articles.queries import Position
from factually.articles.workflow import LISTED
from factually.foundation.database import one_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from factually.foundation.database import Database
    from factually.web.context import SiteFacts

ADDRESSES_A_FILE: Final = 50_000
NEWS_FOR: Final = timedelta(days=2)
MOST_NEWS: Final = 1_000
_ROWS: Final = 1_000
_LISTED: Final = text(one_of("article.standing", LISTED))
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS_NAMESPACE: Final = "http://www.google.com/schemas/sitemap-news/0.9"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class SitemapFile:
    """One file of an index.

    Attributes:
        start: Place of its first article.
        updated_at: When an article in it last changed.
    """

    start: Position
    updated_at: datetime


def list_files(connection: Connection, *, addresses: int = ADDRESSES_A_FILE) -> list[SitemapFile]:
    """Return the files that hold all articles, none if one file holds them all.

    Args:
        connection: Where articles are read.
        addresses: How many a file may hold.
    """
    beyond = select(Article.id).where(_LISTED).order_by(Article.published_at, Article.id)
    if connection.execute(beyond.offset(addresses).limit(1)).one_or_none() is None:
        return []
    order = (Article.published_at, Article.id)
    file = ((func.row_number().over(order_by=order) - 1) // addresses).label("file")
    places = (
        select(*order, ArticlePublication.published_at.label("updated_at"), file)
        .join(ArticlePublication, _is_shown())
        .where(_LISTED)
        .subquery()
    )
    columns = places.c
    newest = func.max(columns.updated_at).over(partition_by=columns.file)
    files = (
        select(columns.published_at, columns.id, newest.label("newest"))
        .ext(distinct_on(columns.file))
        .order_by(columns.file, columns.published_at, columns.id)
    )
    return [SitemapFile(Position(row.published_at, row.id), row.newest) for row in connection.execute(files)]


def write_index(files: list[SitemapFile], site: SiteFacts) -> str:
    """Return the index that leads to all files."""
    lines = [
        f"<sitemap><loc>{site.base_url}/sitemap-{file.start}.xml</loc>"
        f"<lastmod>{file.updated_at.isoformat()}</lastmod></sitemap>\n"
        for file in files
    ]
    return f'{_DECLARATION}<sitemapindex xmlns="{_NAMESPACE}">\n{"".join(lines)}</sitemapindex>\n'


def write_sitemap(
    database: Database, site: SiteFacts, *, start: Position | None = None, addresses: int = ADDRESSES_A_FILE
) -> Iterator[str]:
    """Yield a file piece by piece: all articles, or those from a place on."""
    yield f'{_DECLARATION}<urlset xmlns="{_NAMESPACE}">\n'
    written, last = 0, None
    while written < addresses:
        with database.reading() as connection:
            rows = _read(connection, start, last, min(_ROWS, addresses - written))
        if not rows:
            break
        yield "".join(_address(site, slug, updated_at) for _, slug, updated_at in rows)
        written, last = written + len(rows), rows[-1][0]
    yield "</urlset>\n"


def write_news(connection: Connection, site: SiteFacts, *, now: datetime) -> str:
    """Return the articles of the last two days, newest first, at most a thousand; there may be none.

    A text from an earlier system is no news, whenever it was brought in.
    """
    rows = connection.execute(
        select(Article.slug, Article.published_at, ArticleRevision.title)
        .join(
            ArticleRevision,
            (ArticleRevision.article_id == Article.id) & (ArticleRevision.number == Article.published_number),
        )
        .where(_LISTED, Article.origin == "newsroom", Article.published_at > now - NEWS_FOR)
        .order_by(Article.published_at.desc(), Article.id.desc())
        .limit(MOST_NEWS),
    )
    news = "".join(
        f"<url><loc>{site.base_url}/fact-checks/{row.slug}</loc><news:news>"
        f"<news:publication><news:name>{escape(site.name)}</news:name><news:language>en</news:language>"
        f"</news:publication><news:publication_date>{row.published_at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(row.title)}</news:title></news:news></url>\n"
        for row in rows
    )
    return f'{_DECLARATION}<urlset xmlns="{_NAMESPACE}" xmlns:news="{_NEWS_NAMESPACE}">\n{news}</urlset>\n'


def _read(
    connection: Connection, start: Position | None, last: Position | None, limit: int
) -> list[tuple[Position, str, datetime]]:
    """Return places, slugs and times of change of the next articles."""
    place = tuple_(Article.published_at, Article.id)
    query = (
        select(
            Article.published_at, Article.id, Article.slug, ArticlePublication.published_at.label("updated")
        )
        .join(ArticlePublication, _is_shown())
        .where(_LISTED)
        .order_by(Article.published_at, Article.id)
        .limit(limit)
    )
    if last is not None:
        query = query.where(place > tuple_(last.published_at, last.article_id))
    elif start is not None:
        query = query.where(place >= tuple_(start.published_at, start.article_id))
    return [(Position(row.published_at, row.id), row.slug, row.updated) for row in connection.execute(query)]


def _is_shown() -> ColumnElement[bool]:
    return (ArticlePublication.article_id == Article.id) & (
        ArticlePublication.number == Article.published_number
    )


def _address(site: SiteFacts, slug: str, updated_at: datetime) -> str:
    address = f"{site.base_url}/fact-checks/{slug}"
    return f"<url><loc>{address}</loc><lastmod>{updated_at.isoformat()}</lastmod></url>\n"
