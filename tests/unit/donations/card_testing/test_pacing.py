from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.donations.card_testing.pacing import (
    AT_ONCE,
    GRACE,
    LONGEST_WAIT,
    MINUTE,
    PAUSE,
    Queue,
    can_be_taken,
    goes_at_once,
    is_conspicuous,
    is_declining,
    next_moment,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
A_MINUTE = 30
"""Cards that may reach Stripe in a minute without paying."""


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("answers", "declined", "declining"),
    [(0, 0, False), (9, 9, False), (10, 5, False), (10, 6, True), (1000, 500, False), (1000, 501, True)],
)
def test_most_of_ten_answers_or_more_must_be_declines(
    answers: int, declined: int, *, declining: bool
) -> None:
    assert is_declining(answers, declined) is declining


def test_without_declines_cards_go_at_once_until_ten_of_a_minute_have_not_paid() -> None:
    assert goes_at_once(declining=False, unpaid=AT_ONCE - 1)
    assert not goes_at_once(declining=False, unpaid=AT_ONCE)
    assert not goes_at_once(declining=True, unpaid=0)


@pytest.mark.parametrize(
    ("cards", "declines", "conspicuous"), [(2, 1, False), (3, 0, True), (1, 2, True), (1, 0, False)]
)
def test_an_address_is_conspicuous_by_its_cards_or_its_declines(
    cards: int, declines: int, *, conspicuous: bool
) -> None:
    assert is_conspicuous(cards=cards, declines=declines) is conspicuous


@pytest.mark.parametrize(
    ("taken", "moment"),
    [
        ([], 0),
        ([-5], 0),
        ([-4], 0),
        ([-3], 1),
        ([0], 4),
        ([4], 0),
        ([3], 7),
        ([0, 4, 8], 12),
        ([0, 12], 4),
        ([8, 0], 4),
        ([0, 7], 11),
    ],
)
def test_the_first_moment_that_keeps_its_distance_is_given(taken: list[float], moment: float) -> None:
    assert next_moment(Queue.FIRST, map(after, taken), NOON) == after(moment)


def test_who_would_wait_longer_than_a_quarter_of_an_hour_gets_no_turn() -> None:
    pause = PAUSE[Queue.LAST]
    full = [NOON + pause * number for number in range(LONGEST_WAIT // pause + 1)]
    assert next_moment(Queue.LAST, full, NOON) is None
    assert next_moment(Queue.LAST, full[:-1], NOON) == full[-1]


def test_a_turn_can_be_taken_from_its_moment_until_the_grace_is_over() -> None:
    assert not can_be_taken(NOON, NOON - timedelta(microseconds=1))
    assert can_be_taken(NOON, NOON)
    assert can_be_taken(NOON, NOON + GRACE)
    assert not can_be_taken(NOON, NOON + GRACE + timedelta(microseconds=1))


class Desk:
    """Turns in memory, given out by the rules alone."""

    def __init__(self) -> None:
        self.at_once: list[datetime] = []
        self.moments: dict[Queue, list[datetime]] = {Queue.FIRST: [], Queue.LAST: []}
        self.waiting: list[tuple[datetime, Queue]] = []
        self.passed: list[datetime] = []

    def ask(self, queue: Queue, now: datetime, *, declining: bool) -> None:
        unpaid = sum(moment > now - MINUTE for moment in self.at_once)
        if goes_at_once(declining=declining, unpaid=unpaid):
            self.at_once.append(now)
            self.passed.append(now)
            return
        usable = [moment for moment in self.moments[queue] if moment > now - PAUSE[queue] - GRACE]
        moment = next_moment(queue, usable, now)
        if moment is None:
            return
        self.moments[queue].append(moment)
        if moment == now:
            self.passed.append(now)
        else:
            self.waiting.append((moment, queue))

    def come_back(self, now: datetime) -> None:
        """Let all come whose moment has come, those as well who came late but in time."""
        for turn in [turn for turn in self.waiting if can_be_taken(turn[0], now)]:
            self.waiting.remove(turn)
            self.passed.append(now)


@given(
    st.lists(
        st.tuples(st.sampled_from(Queue), st.integers(0, 3_000), st.booleans(), st.booleans()),
        min_size=40,
        max_size=400,
    )
)
def test_no_order_of_asks_lets_more_than_thirty_a_minute_reach_stripe(
    asks: list[tuple[Queue, int, bool, bool]],
) -> None:
    desk, now = Desk(), NOON
    for queue, milliseconds, declining, comes_back in asks:
        now += timedelta(milliseconds=milliseconds)
        if comes_back:
            desk.come_back(now)
        desk.ask(queue, now, declining=declining)
    for moment in desk.passed:
        assert sum(moment - MINUTE < other <= moment for other in desk.passed) <= A_MINUTE


@given(st.lists(st.floats(-4, 899), max_size=200), st.sampled_from(Queue))
def test_a_new_moment_keeps_the_pause_to_every_other(seconds: list[float], queue: Queue) -> None:
    taken = [after(second) for second in seconds]
    moment = next_moment(queue, taken, NOON)
    if moment is not None:
        assert moment >= NOON
        assert all(abs(moment - other) >= PAUSE[queue] for other in taken if other > NOON - PAUSE[queue])
