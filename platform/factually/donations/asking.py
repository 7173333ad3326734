"""What the rules ask a donor beyond name and e-mail, from which amount on, and what is missing of it.

Pure. A donor who gives five dollars is asked nothing of this; what is asked and left open can hold a gift.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.donations.pledges import CURRENCY
from factually.foundation.money import Money
from factually.independence.subjects import Capacity

if TYPE_CHECKING:
    from factually.independence.subjects import ScreeningSubject

ADDRESS_ABOVE: Final = Money(5_000, CURRENCY)
"""A gift above this needs a postal address (rule DS19, 52 USC 30102(c))."""
WORK_ABOVE: Final = Money(20_000, CURRENCY)
"""Whoever gives more in a year is asked for occupation and employer as well (rule DS20, 11 CFR 104.7)."""
PUBLISHED_ABOVE: Final = Money(100_000, CURRENCY)
"""Whoever gives more than this in a year is named in public (rule DS22)."""


def missing_details(subject: ScreeningSubject, *, year_so_far: Money) -> tuple[str, ...]:
    """Name the details that a gift should come with and doesn't, in words for its donor.

    Args:
        subject: The gift.
        year_so_far: What the same donor has given this year without it.
    """
    much = year_so_far + subject.amount > WORK_ABOVE
    asked = {
        "postal address": (subject.amount > ADDRESS_ABOVE or much, subject.address),
        "occupation": (much and subject.capacity is Capacity.OWN_MONEY, subject.occupation),
        "employer": (much and subject.capacity is Capacity.OWN_MONEY, subject.employer),
    }
    return tuple(name for name, (is_asked, given) in asked.items() if is_asked and given is None)
