from __future__ import annotations

from datetime import UTC, datetime

from factually.foundation.clock import SystemClock


def test_the_machine_clock_is_aware_and_in_utc() -> None:
    assert abs((SystemClock().now() - datetime.now(UTC)).total_seconds()) < 5
    assert SystemClock().now().utcoffset() == datetime.now(UTC).utcoffset()
