from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from factually.donations.lifecycle import GiftState
from factually.donations.my.retention import keeping_of

LAST_STEP = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "years"),
    [
        (GiftState.CAPTURED, 6),
        (GiftState.PARTLY_REFUNDED, 6),
        (GiftState.REFUNDED, 6),
        (GiftState.WON, 6),
        (GiftState.LOST, 6),
        (GiftState.REFUSED, 3),
        (GiftState.RELEASED, 3),
        (GiftState.EXPIRED, 3),
        (GiftState.FAILED, 3),
    ],
)
def test_money_is_accounted_for_six_years_and_a_decision_without_any_for_three(
    state: GiftState, years: int
) -> None:
    keeping = keeping_of(state, decided=True, last_step=LAST_STEP)
    assert keeping.until == LAST_STEP.replace(year=2026 + years)
    assert not keeping.is_over(LAST_STEP.replace(year=2026 + years) - timedelta(seconds=1))
    assert keeping.is_over(LAST_STEP.replace(year=2026 + years))
    assert f"{years} years" in keeping.reason


@pytest.mark.parametrize(
    "state",
    [
        GiftState.PLEDGED,
        GiftState.AUTHORISING,
        GiftState.AUTHORISED,
        GiftState.HELD,
        GiftState.DISPUTED,
    ],
)
def test_the_time_of_a_gift_that_is_not_settled_has_not_begun(state: GiftState) -> None:
    keeping = keeping_of(state, decided=True, last_step=LAST_STEP)
    assert keeping.until is None
    assert not keeping.is_over(LAST_STEP + timedelta(days=9999))


def test_what_was_never_decided_on_may_go_at_once() -> None:
    assert keeping_of(GiftState.EXPIRED, decided=False, last_step=LAST_STEP).is_over(LAST_STEP)


def test_a_leap_day_is_kept_one_day_longer_rather_than_shorter() -> None:
    leap_day = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert keeping_of(GiftState.CAPTURED, decided=True, last_step=leap_day).until == datetime(
        2034, 3, 1, 12, tzinfo=UTC
    )


def test_every_state_has_its_time() -> None:
    for state in GiftState:
        assert keeping_of(state, decided=True, last_step=LAST_STEP).reason
