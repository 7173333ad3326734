"""The terms of an appeal: what may be contested, for how long, and how soon it is answered (pure).

donor-source-rules.md section 4; docs/decisions/0018-appeals.md.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from factually.donations.lifecycle import GiftState
from factually.donations.steps import ReleaseReason

if TYPE_CHECKING:
    from datetime import datetime

    from factually.donations.models import Gift

ANSWER_DAYS: Final = 14
ANSWER_TIME: Final = timedelta(days=ANSWER_DAYS)
"""Within this an appeal is answered; a hold is never stretched for it."""
LINK_DAYS: Final = 60
LINK_LIFETIME: Final = timedelta(days=LINK_DAYS)
"""How long a decision can be contested, from the gift's last step."""
MOST_APPEALS: Final = 2
"""Appeals of one gift: against the hold or the rules, and once more against a person's first answer."""
SHORTEST_STATEMENT: Final = 20
LONGEST_STATEMENT: Final = 2_000
LENGTH_SENTENCE: Final = (
    f"Tell us what we got wrong in {SHORTEST_STATEMENT} to {LONGEST_STATEMENT:,} characters."
)
_REFUSALS: Final = frozenset({ReleaseReason.REFUSED_BY_POLICY, ReleaseReason.REFUSED_BY_REVIEWER})


class Finding(StrEnum):
    """What the second person found."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


def contestable(gift: Gift) -> bool:
    """Tell whether a decision stands against the gift: it is held, or it was refused."""
    undecided = gift.state == GiftState.HELD.value and gift.instruction is None
    return undecided or gift.state == GiftState.REFUSED.value or gift.release_reason in _REFUSALS


def contest_until(gift: Gift) -> datetime:
    """Return the moment at which the gift's link expires, in whole seconds as the link says it."""
    return (gift.updated_at + LINK_LIFETIME).replace(microsecond=0)
