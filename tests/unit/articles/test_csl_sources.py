from __future__ import annotations

import json
from typing import Any

import pytest

from factually.articles.csl_sources import is_csl, read_csl
from factually.articles.parsing import parse_article, parse_source_list
from factually.foundation.errors import InvalidInput
from tests.support.article_factories import as_csl, complete, short_text

ITEM: dict[str, Any] = {
    "id": "boiling",
    "type": "report",
    "title": "Boiling, explained",
    "container-title": "Institute of Water",
    "URL": "https://water.example/boiling",
    "issued": {"date-parts": [[2024, 5]]},
    "accessed": {"date-parts": [["2026", "11", "2"]]},
    "custom": {"kind": "primary", "stance": "supports", "quote": "It boils."},
}


def test_a_list_of_our_own_is_read_back_whole() -> None:
    sources = complete(parse_article(short_text()).content).sources
    assert parse_source_list(as_csl(sources)) == sources
    assert read_csl(b"\xef\xbb\xbf" + as_csl(sources).encode()) == sources


def test_what_other_programs_write_is_read_as_far_as_it_says_something() -> None:
    [source] = read_csl(json.dumps([ITEM]))
    assert (source.number, source.publisher) == (1, "Institute of Water")
    assert (source.published, source.accessed) == ("2024-05", "2026-11-02")
    assert (source.kind, source.stance, source.quote, source.interest) == (
        "primary",
        "supports",
        "It boils.",
        None,
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (' [\n{"id": 1}]', True),
        (b"[]", True),
        ("[1] Boiling, P, n.d., https://a.example", False),
        ("Sources", False),
    ],
)
def test_json_and_lines_are_told_apart(data: bytes | str, expected: bool) -> None:  # noqa: FBT001 - the answer
    assert is_csl(data) is expected


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("[{", "is no JSON"),
        (b"[{\xff}]", "is no JSON"),
        ('[{"id": "1"}, 2]', "no item of CSL-JSON"),
        ("[" * 100_000, "is no JSON"),
        (json.dumps([ITEM | {"custom": []}]), "“custom” is no object"),
        (json.dumps([ITEM | {"issued": {"raw": "May"}}]), "Item 1: a date is written as date-parts"),
        (
            json.dumps([ITEM | {"issued": {"date-parts": [["May"]]}}]),
            "Item 1: a date is written as date-parts",
        ),
        (json.dumps([ITEM | {"issued": {"date-parts": [[2024, 13]]}}]), "is no date"),
        (json.dumps([ITEM | {"URL": "javascript:alert(1)"}]), "is no http or https address"),
        (json.dumps([ITEM | {"title": ["a"]}]), "is no text"),
        (json.dumps([ITEM | {"custom": {"kind": "best"}}]), "is one of primary, secondary, tertiary"),
        (json.dumps([ITEM | {"id": 1}, ITEM | {"id": "1"}]), "listed twice"),
        ('[{"a": "' + "a" * 1_000_000 + '"}]', "longer than 1 MB"),
    ],
)
def test_a_list_that_is_none_is_refused_and_says_where(data: bytes | str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_csl(data)


def test_a_file_may_say_more_of_the_sources_that_a_text_lists_and_of_no_others() -> None:
    sources = complete(parse_article(short_text()).content).sources
    assert parse_article(short_text(), sources=as_csl(sources)).content.sources == sources
    with pytest.raises(InvalidInput, match="The text lists other sources than the file"):
        parse_article(short_text(), sources=as_csl(sources[:1]))
