"""What a receipt and a statement may claim: money that was captured and not given back, nothing else (DS25).

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.donations.conversion import DOLLARS, FIXED_RATES
from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.foundation.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from factually.donations.models import Gift
    from factually.donations.pledges import Donor

ACKNOWLEDGED_FROM: Final = Money(25_000, DOLLARS)
"""From here on US tax law wants a written acknowledgment for one gift (26 USC 170(f)(8); rule DS25).

Another currency counts by our own high rates: a donor has one too many rather than one too few."""
_NOT_KEPT: Final = frozenset({GiftState.DISPUTED, GiftState.LOST})
_NOTES: Final = {
    GiftState.DISPUTED: "In dispute at the bank, so not counted.",
    GiftState.LOST: "Given back by the bank after a dispute.",
    GiftState.REFUNDED: "Given back.",
    GiftState.PARTLY_REFUNDED: "Partly given back.",
}


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """One gift on paper.

    Attributes:
        number: First characters of its public id, as in every letter about it.
        day: When the card was charged, by UTC.
        giver: Whose money it was.
        taken: What was charged.
        kept: What of it we still have.
        note: Why that is less, or empty.
    """

    number: str
    day: date
    giver: str
    taken: Money
    kept: Money
    note: str

    @property
    def returned(self) -> Money:
        """What of it we don't have any more, or not for certain."""
        return self.taken - self.kept

    @property
    def needs_acknowledgment(self) -> bool:
        """Whether tax law asks the donor for a written acknowledgment of this gift."""
        return FIXED_RATES.in_dollars(self.kept) >= ACKNOWLEDGED_FROM


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A receipt for one gift, or the gifts of a period, oldest first.

    Attributes:
        title: What it is.
        period: First and last day, None for a receipt.
        contributions: The gifts.
        as_of: Day of the last change among them: the same data gives the same document.
    """

    title: str
    period: tuple[date, date] | None
    contributions: Sequence[Contribution]
    as_of: date

    @property
    def totals(self) -> tuple[Money, ...]:
        """What was kept, one sum a currency."""
        sums: dict[str, Money] = {}
        for gift in self.contributions:
            sums[gift.kept.currency] = sums.get(gift.kept.currency, Money(0, gift.kept.currency)) + gift.kept
        return tuple(sums[currency] for currency in sorted(sums))


def contribution_of(gift: Gift, donor: Donor, *, day: date) -> Contribution:
    """Read a gift whose money was taken; `day` is that of its capture."""
    state = GiftState(gift.state)
    kept = 0 if state in _NOT_KEPT else gift.captured_minor - gift.refunded_minor
    return Contribution(
        number=gift.public_id[:8],
        day=day,
        giver=donor.true_donor or donor.organisation or donor.name,
        taken=Money(gift.captured_minor, gift.currency),
        kept=Money(kept, gift.currency),
        note=_NOTES.get(state, ""),
    )


def was_taken(gift: Gift) -> bool:
    """Tell whether money was ever taken for a gift, so that there is something to put on paper."""
    return GiftState(gift.state) in TAKEN_STATES


def receipt(contribution: Contribution, *, as_of: date) -> Statement:
    """Return the receipt for one gift."""
    return Statement(
        title=f"Receipt for gift {contribution.number}",
        period=None,
        contributions=(contribution,),
        as_of=as_of,
    )


def statement(contributions: Iterable[Contribution], *, period: tuple[date, date], as_of: date) -> Statement:
    """Return the statement for a period, first and last day counted."""
    first, last = period
    whole_year = (first.month, first.day, last.month, last.day, last.year) == (1, 1, 12, 31, first.year)
    within = (gift for gift in contributions if first <= gift.day <= last)
    return Statement(
        title=f"Statement of gifts in {first.year}" if whole_year else "Statement of gifts",
        period=period,
        contributions=tuple(sorted(within, key=lambda gift: (gift.day, gift.number))),
        as_of=as_of,
    )
