from __future__ import annotations

from datetime import UTC, datetime

import pytest

from factually.articles.history.memento import (
    Addresses,
    NoSuchMoment,
    links_of_article,
    links_of_revision,
    links_of_time_gate,
    parse_moment,
    write_time_map,
)
from tests.support.revised_articles import made_up_history

ARTICLE = "https://news.example/fact-checks/so"
ADDRESSES = Addresses(ARTICLE)
HASHES = tuple(digit * 64 for digit in "abcd")
DATES = tuple(f"Tue, 24 Nov 2026 1{hour}:00:00 GMT" for hour in range(2, 6))
TIME_MAP = (
    f'<{ARTICLE}/timemap>; rel="{{}}"; type="application/link-format"; from="{DATES[0]}"; until="{DATES[3]}"'
)


def memento(place: int, relation: str) -> str:
    return f'<{ARTICLE}@{HASHES[place]}>; rel="{relation}"; datetime="{DATES[place]}"'


def test_a_revision_names_its_neighbours_each_once() -> None:
    history = made_up_history(*HASHES)
    assert links_of_revision(ADDRESSES, history, history.revisions[2]).split(", <")[4:] == [
        memento(0, "first memento")[1:],
        memento(1, "prev predecessor-version memento")[1:],
        memento(2, "memento")[1:],
        memento(3, "next successor-version last memento")[1:],
    ]
    assert links_of_revision(ADDRESSES, history, history.revisions[2]).split(", <")[:4] == [
        f'<{ARTICLE}>; rel="original latest-version"',
        f'{ARTICLE}/timegate>; rel="timegate"',
        TIME_MAP.format("timemap")[1:],
        f'{ARTICLE}/history>; rel="version-history"',
    ]


def test_the_only_revision_is_first_and_last() -> None:
    history = made_up_history(HASHES[0])
    links = links_of_revision(ADDRESSES, history, history.current)
    assert links.endswith(memento(0, "first last memento"))
    assert links_of_time_gate(ADDRESSES, history).count("memento") == 1


def test_the_time_map_lists_all_oldest_first() -> None:
    assert write_time_map(ADDRESSES, made_up_history(*HASHES)).split(",\n") == [
        f'<{ARTICLE}>; rel="original"',
        TIME_MAP.format("self"),
        f'<{ARTICLE}/timegate>; rel="timegate"',
        memento(0, "first memento"),
        memento(1, "memento"),
        memento(2, "memento"),
        memento(3, "last memento") + "\n",
    ]


def test_the_time_gate_names_article_list_and_both_ends() -> None:
    assert links_of_time_gate(ADDRESSES, made_up_history(*HASHES)) == ", ".join(
        [
            f'<{ARTICLE}>; rel="original"',
            TIME_MAP.format("timemap"),
            memento(0, "first memento"),
            memento(3, "last memento"),
        ],
    )


def test_the_article_leads_to_its_past() -> None:
    assert links_of_article(ADDRESSES) == (
        f'<{ARTICLE}/timegate>; rel="timegate", '
        f'<{ARTICLE}/timemap>; rel="timemap"; type="application/link-format", '
        f'<{ARTICLE}/history>; rel="version-history"'
    )


def test_a_moment_is_read_as_written_in_rfc_1123() -> None:
    assert parse_moment(DATES[0]) == datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-24",
        "Mon, 24 Nov 2026 12:00:00 GMT",
        "Tue, 24 Nov 2026 12:00:00 CET",
        "Tue, 31 Feb 2026 12:00:00 GMT",
        "tue, 24 nov 2026 12:00:00 gmt",
        "Tue, 24 Nov 2026 12:00:00 GMT\x00",
    ],
)
def test_anything_else_is_no_moment(text: str) -> None:
    with pytest.raises(NoSuchMoment):
        parse_moment(text)
