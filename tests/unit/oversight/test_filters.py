from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.donations.lifecycle import GiftState
from factually.foundation.errors import InvalidInput
from factually.oversight.filters import Cursor, GiftFilter, read_filter

if TYPE_CHECKING:
    import uuid

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


@given(MOMENTS, st.uuids())
def test_a_cursor_survives_the_way_through_an_address(moment: datetime, id_: uuid.UUID) -> None:
    cursor = Cursor(moment, id_)
    assert read_filter({"after": [str(cursor)]}) == GiftFilter(after=cursor)


def test_empty_parameters_ask_for_everything() -> None:
    assert read_filter({"state": [""], "after": [""]}) == GiftFilter()


def test_a_state_is_read() -> None:
    assert read_filter({"state": ["held"]}).state is GiftState.HELD


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"state": ["sold"]}, "state"),
        ({"state": ["HELD"]}, "state"),
        ({"state": ["held", "captured"]}, "state"),
        ({"after": ["yesterday"]}, "after"),
        ({"after": ["12-abc"]}, "after"),
        ({"after": [f"{'9' * 17}-{'0' * 32}"]}, "after"),
        ({"after": [f"٣-{'0' * 32}"]}, "after"),
        ({"after": [f"1-{'0' * 32}\n"]}, "after"),
        ({"sort": ["amount"]}, "sort"),
    ],
)
def test_what_is_outside_the_grammar_is_named(parameters: dict[str, list[str]], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_filter(parameters)
    assert refused.value.field == field


def test_an_overlong_name_is_cut_before_it_is_repeated() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_filter({"x" * 5000: ["1"]})
    assert len(refused.value.message) < 100


@given(st.text())
def test_no_text_passes_for_a_cursor_and_breaks_later(text: str) -> None:
    try:
        read_filter({"after": [text]})
    except InvalidInput as refused:
        assert refused.field == "after"  # noqa: PT017 - most texts are refused, and some are not
