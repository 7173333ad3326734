from __future__ import annotations

import pytest

from factually.articles.content import Source
from factually.articles.lines import Line
from factually.articles.source_lines import MAX_SOURCES, parse_sources
from factually.foundation.errors import InvalidInput


def parse(*texts: str) -> tuple[Source, ...]:
    return parse_sources([Line(number, text) for number, text in enumerate(texts, start=1)])


def test_a_title_may_hold_commas() -> None:
    assert parse("[1] Guns, germs, steel, Norton, March 4, 1997, https://norton.example/a,b") == (
        Source(1, "Guns, germs, steel", "Norton", "1997-03-04", "https://norton.example/a,b"),
    )


def test_a_source_without_date_says_so() -> None:
    assert parse("[3] Rules, Council, N.D., http://council.example/")[0].published is None


def test_sources_are_kept_by_number() -> None:
    sources = parse("[2] B, P, 2024, https://b.example/", "[1] A, P, 2024-05, https://a.example/")
    assert [source.number for source in sources] == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "A title, Publisher, n.d., https://a.example/",
        "[1] Publisher, n.d., https://a.example/",
        "[1] Title, Publisher, https://a.example/",
        "[1] Title, Publisher, n.d.",
        "[1] Title, Publisher, soon, https://a.example/",
        "[12345] Title, Publisher, n.d., https://a.example/",
        "[1]",
    ],
)
def test_a_line_of_another_shape_is_refused_with_the_shape(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"Line 1: a source is written as “\[n\] title, publisher"):
        parse(text)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "https://",
        "https://user:secret@a.example/",
        "https://[::1/",
        "//a.example/",
        "https://a.example/" + "a" * 2_000,
    ],
)
def test_an_address_that_is_no_safe_link_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match=r"Line 1: the address of a source is an http or https URL"):
        parse(f"[1] Title, Publisher, n.d., {url}")


def test_a_number_listed_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"Line 2: source \[1\] is listed twice\."):
        parse("[1] A, P, n.d., https://a.example/", "[1] B, P, n.d., https://b.example/")


def test_a_source_numbered_zero_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"Line 1: sources are numbered from 1\."):
        parse("[0] A, P, n.d., https://a.example/")


def test_a_date_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"Line 1: 2025-02-30 is no date\."):
        parse("[1] A, P, 2025-02-30, https://a.example/")


def test_too_many_sources_are_refused() -> None:
    lines = [f"[{number}] A, P, n.d., https://a.example/" for number in range(1, MAX_SOURCES + 2)]
    with pytest.raises(InvalidInput, match=r"Line 501: an article has at most 500 sources\."):
        parse(*lines)
