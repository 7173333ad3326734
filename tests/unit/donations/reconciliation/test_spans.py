from __future__ import annotations

from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from factually.donations.reconciliation.spans import PAGE, spans
from tests.support.balance_movements import WHEN, movement

START = WHEN - timedelta(days=1)
SECONDS = st.lists(st.integers(0, 400), max_size=450).map(lambda found: sorted(found, reverse=True))

LONG = [second for second in range(260, 10, -1) for _ in range(1 + (second == 161) * 40)]


@given(SECONDS)
@example(LONG)
def test_spans_lie_against_each_other_and_hold_what_happened_in_them(seconds: list[int]) -> None:
    movements = [
        movement(number=number, created=WHEN + timedelta(seconds=second))
        for number, second in enumerate(seconds)
    ]
    found = list(spans(movements, since=START, until=WHEN))
    assert [one for span in found for one in span.movements] == movements
    assert [span.until for span in found[1:]] == [span.since for span in found[:-1]]
    assert found[-1].since == START
    assert found[0].until >= WHEN
    for span in found:
        assert all(span.since <= one.created < span.until for one in span.movements)


LONG = [second for second in range(260, 10, -1) for _ in range(1 + (second == 161) * 40)]


@given(SECONDS)
@example(LONG)
def test_a_span_is_a_page_and_the_rest_of_its_last_second(seconds: list[int]) -> None:
    movements = [
        movement(number=number, created=WHEN + timedelta(seconds=second))
        for number, second in enumerate(seconds)
    ]
    for span in spans(movements, since=START, until=WHEN):
        assert len({one.created for one in span.movements[PAGE - 1 :]}) <= 1


def test_a_walk_that_finds_nothing_is_one_span_without_movements() -> None:
    (span,) = spans([], since=START, until=WHEN)
    assert (span.since, span.until, span.movements) == (START, WHEN, ())
