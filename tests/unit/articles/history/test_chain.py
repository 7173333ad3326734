from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.revised_articles import made_up_history

if TYPE_CHECKING:
    from factually.articles.history.chain import History


@pytest.fixture
def history() -> History:
    return made_up_history("a" * 64, "ab" * 32, "b" * 64)


def test_a_hash_or_enough_of_it_finds_its_revision(history: History) -> None:
    assert history.find("b" * 64) == history.revisions[2]
    assert history.find("b" * 12) == history.revisions[2]
    assert history.find("AB" * 6) == history.revisions[1]


@pytest.mark.parametrize("digits", ["b" * 11, "b" * 65, "c" * 64, "", "g" * 64, "b" * 12 + "\n"])
def test_too_little_too_much_or_something_else_finds_nothing(history: History, digits: str) -> None:
    assert history.find(digits) is None


def test_a_beginning_that_two_share_finds_neither() -> None:
    history = made_up_history("a" * 63 + "b", "a" * 64)
    assert history.find("a" * 63) is None
    assert history.find("a" * 64) == history.revisions[1]


def test_neighbours_end_at_both_ends(history: History) -> None:
    first, second, third = history.revisions
    assert (history.before(first), history.after(first)) == (None, second)
    assert (history.before(third), history.after(third)) == (second, None)
    assert history.current == third
    assert history.numbered(2) == second
    assert history.numbered(4) is None


def test_a_moment_shows_what_readers_saw_then(history: History) -> None:
    first, second, third = history.revisions
    assert history.seen_at(first.published_at - timedelta(days=1)) == first
    assert history.seen_at(second.published_at - timedelta(seconds=1)) == first
    # It was published half a second later, which no header can say.
    assert history.seen_at(second.published_at.replace(microsecond=0)) == second
    assert history.seen_at(third.published_at + timedelta(days=1)) == third
