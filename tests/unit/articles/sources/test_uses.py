from __future__ import annotations

from factually.articles.content import Source
from factually.articles.sources.uses import repeated_sources


def source(number: int, url: str, record: str | None = None) -> Source:
    return Source(number, "Boiling", "Institute", None, url, record=record)


def test_sources_that_are_one_and_the_same_are_named_together() -> None:
    sources = [
        source(5, "HTTPS://water.example/a#top"),
        source(1, "https://steam.example/", "x"),
        source(2, "https://water.example/a"),
        source(4, "https://mirror.example/", "x"),
        source(3, "https://water.example/b"),
        source(6, "nowhere"),
    ]
    assert repeated_sources(sources) == ((2, 5), (1, 4))


def test_an_article_without_repeats_has_none() -> None:
    assert repeated_sources([source(1, "https://water.example/"), source(2, "https://steam.example/")]) == ()
