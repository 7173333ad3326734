from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.articles.sources.liveness import (
    MEANINGS,
    SAID_BY_PEOPLE,
    Standing,
    State,
    after_pass,
    is_soft_404,
    next_pass,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FAILED = (False, None)
FINE = (True, True)
GONE = (True, False)
UNREAD = (True, None)


def after(passes: Iterable[tuple[bool, bool | None]], state: State = State.UNCHECKED) -> Standing:
    standing = Standing(state)
    for answered, quote_stands in passes:
        standing = after_pass(standing, answered=answered, quote_stands=quote_stands)
    return standing


def test_a_source_is_dead_after_three_failed_passes_and_not_before() -> None:
    assert after([FINE, FAILED, FAILED]) == Standing(State.LIVE, 2)
    assert after([FINE, FAILED, FAILED, FAILED]) == Standing(State.DEAD, 3)
    assert after([FAILED] * 9) == Standing(State.DEAD, 3)


def test_a_good_pass_resets_the_count_and_revives_the_dead() -> None:
    assert after([FAILED, FAILED, FINE, FAILED, FAILED]) == Standing(State.LIVE, 2)
    assert after([FAILED, FAILED, FAILED, UNREAD]) == Standing(State.LIVE, 0)


def test_a_page_without_its_passage_has_deviated_until_the_passage_stands_again() -> None:
    assert after([FINE, GONE]).state is State.DEVIATED
    assert after([GONE, UNREAD]).state is State.DEVIATED
    assert after([GONE, FAILED]).state is State.DEVIATED
    assert after([GONE, FINE]).state is State.LIVE


@pytest.mark.parametrize("state", sorted(SAID_BY_PEOPLE))
def test_what_people_said_no_pass_takes_back(state: State) -> None:
    assert after([FINE, GONE, FAILED, FAILED, FAILED, FINE], state) == Standing(state, 0)


@given(st.lists(st.sampled_from([FAILED, FINE, GONE, UNREAD]), max_size=12))
def test_dead_means_that_the_last_three_passes_failed(passes: list[tuple[bool, bool | None]]) -> None:
    assert (after(passes).state is State.DEAD) == (passes[-3:] == [FAILED] * 3)


def test_a_doubtful_source_is_looked_at_the_next_day_and_others_in_a_week() -> None:
    assert next_pass(Standing(State.LIVE, 1), NOW) - NOW == timedelta(days=1)
    assert next_pass(Standing(State.LIVE), NOW) - NOW == timedelta(days=7)
    assert next_pass(Standing(State.DEAD, 3), NOW) - NOW == timedelta(days=7)


def test_a_page_that_its_site_shows_for_any_address_is_an_error_in_disguise() -> None:
    missing = " ".join(f"word{number}" for number in range(100))
    other = " ".join(f"term{number}" for number in range(100))
    assert is_soft_404(missing, missing + " today")
    assert not is_soft_404(missing, other)
    assert not is_soft_404(missing, f"{missing} {other}")


@pytest.mark.parametrize("text", ["", "Please enable scripts."])
def test_a_frame_without_words_says_nothing_either_way(text: str) -> None:
    assert not is_soft_404(text, text)


def test_each_state_has_its_meaning() -> None:
    assert {*MEANINGS} == {*State}
