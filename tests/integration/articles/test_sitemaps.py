from __future__ import annotations

import tracemalloc
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from factually.articles.publishing import Terms
from factually.articles.sitemaps import NEWS_FOR, list_files, write_index, write_news, write_sitemap
from factually.web.context import SiteFacts
from tests.support.article_factories import OVERRIDE, SAMPLE, published, short_text
from tests.support.many_articles import add_many_articles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.newsroom import Newsroom

SITE = SiteFacts("The <Daily> & Co", "https://news.example", demonstration=True, contact="hello@example.org")
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def addresses(written: Iterable[str]) -> list[str]:
    root = ET.fromstring("".join(written))  # noqa: S314 - our own file, made by this very test
    return [str(found.text).removeprefix("https://news.example/") for found in root.iter(f"{MAP}loc")]


def test_one_file_lists_all_articles_oldest_first_and_when_they_changed(
    database: Database, clock: FrozenClock
) -> None:
    first = published(database, SAMPLE, now=clock.now()).slug
    clock.advance(timedelta(days=1))
    second = published(database, short_text(), now=clock.now()).slug
    with database.reading() as connection:
        assert list_files(connection) == []
    written = "".join(write_sitemap(database, SITE))
    assert addresses([written]) == [f"fact-checks/{first}", f"fact-checks/{second}"]
    assert "<lastmod>2026-11-25T12:00:00+00:00</lastmod>" in written


def test_many_articles_are_spread_over_files_that_an_index_names(
    database: Database, clock: FrozenClock
) -> None:
    add_many_articles(database, 2_500, first=clock.now())
    with database.reading() as connection:
        files = list_files(connection, addresses=1_100)
    assert len(files) == 3
    assert files[0].updated_at < files[1].updated_at < files[2].updated_at
    named = addresses([write_index(files, SITE)])
    assert named == [f"sitemap-{file.start}.xml" for file in files]
    parts = [addresses(write_sitemap(database, SITE, start=file.start, addresses=1_100)) for file in files]
    assert [len(part) for part in parts] == [1_100, 1_100, 300]
    assert list(chain.from_iterable(parts)) == [f"fact-checks/made-up-{number}" for number in range(2_500)]


def test_a_long_file_is_never_in_memory_as_a_whole(database: Database, clock: FrozenClock) -> None:
    add_many_articles(database, 3_000, first=clock.now())
    list(write_sitemap(database, SITE))
    tracemalloc.start()
    length = sum(len(piece) for piece in write_sitemap(database, SITE))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert length > 300_000
    assert peak < 2_000_000


def test_news_are_our_own_articles_of_the_last_two_days_and_may_be_none(
    database: Database, clock: FrozenClock, newsroom: Newsroom
) -> None:
    published(database, SAMPLE, now=clock.now())
    slug, retracted = (
        newsroom.begin(short_text(title=title)) for title in ("Is it <so> & why?", "Was it so?")
    )
    for one in (slug, retracted):
        newsroom.publish(one, Terms(override=OVERRIDE))
    newsroom.retract(retracted)
    with database.reading() as connection:
        written = write_news(connection, SITE, now=clock.now() + NEWS_FOR - timedelta(seconds=1))
        none = write_news(connection, SITE, now=clock.now() + NEWS_FOR)
    assert addresses([written]) == [f"fact-checks/{slug}"]
    (news,) = ET.fromstring(written).iter(f"{NEWS}news")  # noqa: S314 - our own file
    assert {child.tag.removeprefix(NEWS): child.text for child in news.iter() if child.text} == {
        "name": "The <Daily> & Co",
        "language": "en",
        "publication_date": "2026-11-24T12:00:00+00:00",
        "title": "Is it <so> & why?",
    }
    assert addresses([none]) == []
