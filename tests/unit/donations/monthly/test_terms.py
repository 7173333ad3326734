from datetime import UTC, datetime, timedelta

from factually.donations.monthly.terms import RETRY_AFTER, retry_at

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_charge_is_tried_again_after_three_five_and_seven_days_and_then_given_up() -> None:
    days = [retry_at(failures, NOW) for failures in range(1, 5)]
    assert days == [NOW + timedelta(days=3), NOW + timedelta(days=5), NOW + timedelta(days=7), None]


def test_the_dunning_of_a_month_is_over_before_the_next_one_begins() -> None:
    assert sum(RETRY_AFTER, timedelta()) < timedelta(days=28)
