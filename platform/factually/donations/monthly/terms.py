"""The terms of a monthly gift: when a failed charge is tried again, and how long its links last (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

RETRY_AFTER: Final = (timedelta(days=3), timedelta(days=5), timedelta(days=7))
"""From each failed charge to the next try; after the last one the monthly gift ends."""
LINK_DAYS: Final = 90
LINK_LIFETIME: Final = timedelta(days=LINK_DAYS)
"""How long a letter's link leads to its monthly gift; each month's receipt brings a new one."""
FIRST_MONTH_OPEN: Final = timedelta(hours=22)
"""How long a donor has to confirm the first month with their bank; Stripe gives it up an hour later."""
DONOR_STAYS: Final = timedelta(minutes=5)
"""How long a donor may take to answer their bank where they gave, before a letter asks them to come back."""
CARD_ENTRIES: Final = 5
"""Cards that may be tried for one monthly gift in a day (card testing: security.md section 6)."""
CARD_ENTRIES_WITHIN: Final = timedelta(days=1)


def retry_at(failures: int, now: datetime) -> datetime | None:
    """Return when a charge that has failed so many times is tried again, None where it is given up."""
    return now + RETRY_AFTER[failures - 1] if failures <= len(RETRY_AFTER) else None
