"""When a subscription's periods end: on the anchor's day and time, or the last day of a shorter month."""

import calendar
from datetime import UTC, datetime, timedelta
from typing import Final

_DAYS: Final = {"day": 1, "week": 7}
_MONTHS: Final = {"month": 1, "year": 12}


def next_boundary(anchor: int, moment: int, interval: str, count: int) -> int:
    """Give the first period boundary after a moment, all in Unix seconds.

    Boundaries are `count` intervals ("day", "week", "month", "year") apart and counted from the anchor, so
    a subscription begun on 31 January renews on 28 February and on 31 March, as Stripe's do.
    """
    passed = 0
    while boundary(anchor, interval, passed * count) <= moment:
        passed += 1
    return boundary(anchor, interval, passed * count)


def boundary(anchor: int, interval: str, steps: int) -> int:
    """Give the moment so many intervals after the anchor."""
    start = datetime.fromtimestamp(anchor, tz=UTC)
    if interval in _DAYS:
        return int((start + timedelta(days=_DAYS[interval] * steps)).timestamp())
    months = start.month - 1 + _MONTHS[interval] * steps
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return int(start.replace(year=year, month=month, day=day).timestamp())
