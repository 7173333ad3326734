"""What an address may ask."""

from __future__ import annotations

from datetime import date

import pytest

from factually.articles.search.asking import Question, read_question
from factually.foundation.errors import InvalidInput


def test_an_address_is_read_whole() -> None:
    asked = {
        "q": " ice ",
        "topic": "city-law",
        "kind": "analysis",
        "verdict": "",
        "from": "2026-01-02",
        "page": "2",
    }
    question = read_question(asked)
    assert question == Question("ice", "city-law", "analysis", None, date(2026, 1, 2), None, 2)
    assert question.asks
    assert not read_question({}).asks


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("q", "x" * 201),
        ("topic", "Not a slug"),
        ("kind", "opinion"),
        ("verdict", "pants_on_fire"),
        ("from", "yesterday"),
        ("to", "2026-02-30"),
        ("page", "0"),
        ("page", "11"),
        ("page", "²"),
    ],
)
def test_what_cannot_be_searched_for_is_named(field: str, value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_question({field: value})
    assert refused.value.field == field


def test_a_span_ends_after_it_begins() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_question({"from": "2026-02-02", "to": "2026-02-01"})
    assert refused.value.field == "to"
