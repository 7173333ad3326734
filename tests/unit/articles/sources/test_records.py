from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from factually.articles.sources.quotes import TextQuote
from factually.articles.sources.records import SourceFacts, authors_of, checked, to_csl
from factually.foundation.errors import InvalidInput
from tests.support.sources import FACTS, QUOTE


def test_facts_are_kept_in_one_spelling_with_blanks_as_none() -> None:
    given = replace(
        FACTS,
        url="HTTPS://Water.Example/boiling#top",
        title="  Boiling,\n explained ",
        authors=("Ann  Boiler", " "),
        kind_reason=" ",
        archive_url="",
        archived_on=None,
    )
    assert checked(given) == FACTS


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"url": "water"}, "url"),
        ({"title": " "}, "title"),
        ({"title": "a" * 501}, "title"),
        ({"publisher": ""}, "publisher"),
        ({"authors": ("a" * 501,)}, "authors"),
        ({"authors": ("a",) * 51}, "authors"),
        ({"published": "May 2024"}, "published"),
        ({"published": "2024-13"}, "published"),
        ({"accessed": "2023-02-29"}, "accessed"),
        ({"published": "2025", "accessed": "2024-12-31"}, "accessed"),
        ({"independence": "a" * 2_001}, "independence"),
        ({"independence": "\x1b[31m"}, "independence"),
        ({"interest": "yes"}, "interest_note"),
        ({"archive_url": "https://water.example/copy"}, "archive_url"),
        ({"archived_on": "2024"}, "archive_url"),
        ({"csl_type": "song"}, "csl_type"),
        ({"quote": TextQuote(" ")}, "quote"),
        ({"quote": TextQuote("a" * 2_001)}, "quote"),
    ],
)
def test_what_breaks_a_rule_is_refused_by_its_field(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(replace(FACTS, **facts))
    assert refused.value.field == field


def test_a_record_is_csl_json_with_our_own_words_apart() -> None:
    archived = replace(
        FACTS, archive_url="https://archive.ph/AbCdE", archived_on="2026-11-20", published="2024-05-01"
    )
    assert to_csl(archived, "7") == {
        "id": "7",
        "type": "webpage",
        "title": "Boiling, explained",
        "author": [{"literal": "Ann Boiler"}],
        "publisher": "Institute of Water",
        "URL": "https://water.example/boiling",
        "issued": {"date-parts": [[2024, 5, 1]]},
        "accessed": {"date-parts": [[2026, 11, 24]]},
        "archive": "archive.ph",
        "archive_location": "https://archive.ph/AbCdE",
        "custom": {
            "kind": "primary",
            "independence": "A public institute.",
            "interest": "no",
            "quote": QUOTE,
            "archived_on": "2026-11-20",
        },
    }


def test_what_nobody_said_is_left_out_of_csl_json() -> None:
    bare = SourceFacts(url="https://water.example/", title="Boiling", publisher="Institute")
    csl = to_csl(bare, "7")
    assert {*csl} == {"id", "type", "title", "publisher", "URL"}
    assert authors_of(csl) == ()
