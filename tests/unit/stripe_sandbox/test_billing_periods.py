from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.stripe_sandbox.billing_periods import boundary, next_boundary

_MOMENTS = st.integers(
    int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2034, 1, 1, tzinfo=UTC).timestamp())
)


def _at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp())


@pytest.mark.parametrize(
    ("anchor", "moment", "interval", "count", "wanted"),
    [
        ("2026-01-31T09:30:00", "2026-01-31T09:30:00", "month", 1, "2026-02-28T09:30:00"),
        ("2026-01-31T09:30:00", "2026-02-28T09:30:00", "month", 1, "2026-03-31T09:30:00"),
        ("2028-01-30T00:00:00", "2028-01-30T00:00:00", "month", 1, "2028-02-29T00:00:00"),
        ("2026-11-24T12:00:00", "2026-12-24T11:59:59", "month", 1, "2026-12-24T12:00:00"),
        ("2026-11-24T12:00:00", "2026-11-24T12:00:00", "month", 3, "2027-02-24T12:00:00"),
        ("2028-02-29T12:00:00", "2028-02-29T12:00:00", "year", 1, "2029-02-28T12:00:00"),
        ("2026-11-24T12:00:00", "2026-11-24T12:00:00", "day", 2, "2026-11-26T12:00:00"),
        ("2026-11-24T12:00:00", "2026-12-01T12:00:00", "week", 1, "2026-12-08T12:00:00"),
    ],
)
def test_a_period_ends_on_the_anchors_day(
    anchor: str, moment: str, interval: str, count: int, wanted: str
) -> None:
    assert next_boundary(_at(anchor), _at(moment), interval, count) == _at(wanted)


@given(_MOMENTS, st.integers(0, 10 * 366 * 86400), st.sampled_from(["week", "month", "year"]))
def test_the_next_boundary_lies_ahead_and_none_lies_between(anchor: int, later: int, interval: str) -> None:
    moment = anchor + later

    found = next_boundary(anchor, moment, interval, 1)

    steps = [boundary(anchor, interval, step) for step in range(540)]
    assert found == min(step for step in steps if step > moment)
