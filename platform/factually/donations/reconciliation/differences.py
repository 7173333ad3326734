"""What can differ between Stripe, the books and the gifts, each in one sentence for an operator.

Pure. A sentence names Stripe's ids and a gift's public id, never a donor.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from factually.foundation.money import decimal_text

if TYPE_CHECKING:
    from datetime import datetime

    from factually.donations.books.movements import BalanceMovement


class DifferenceKind(StrEnum):
    """How two of the three contradict each other."""

    MISSING_IN_BOOKS = "missing_in_books"
    UNKNOWN_TO_STRIPE = "unknown_to_stripe"
    POSTED_OTHERWISE = "posted_otherwise"
    UNKNOWN_KIND = "unknown_kind"
    WITHOUT_GIFT = "without_gift"
    GIFT_DIFFERS = "gift_differs"
    BALANCE_DIFFERS = "balance_differs"


class Mending(StrEnum):
    """What was done about a difference."""

    POSTED = "posted"
    SETTLING_QUEUED = "settling_queued"


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why a difference is as it should be, in a person's words.

    Attributes:
        explained_by: Name of the account.
    """

    reason: str
    explained_by: str
    explained_at: datetime


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One contradiction; without a mending or an explanation, a person must look.

    Attributes:
        subject: Stripe's id, a gift's public id, or a currency; of one kind it differs once in a report.
        gap_minor: Of a balance, by how much Stripe's word is above the books', in minor units.
    """

    kind: DifferenceKind
    subject: str
    sentence: str
    gap_minor: int | None = None
    mending: Mending | None = None
    explanation: Explanation | None = None

    @property
    def extent(self) -> str:
        """What an explanation rests on: where it changes, the difference is open again.

        A balance's sentence changes with each gift, so its gap counts; elsewhere the amounts of the sentence.
        """
        return self.sentence if self.gap_minor is None else str(self.gap_minor)


@dataclass(frozen=True, kw_only=True)
class BalanceComparison:
    """What Stripe owes us, by its own word and by the books: minor units, available and pending together."""

    currency: str
    stripe_minor: int
    books_minor: int

    @property
    def gap_minor(self) -> int:
        """By how much Stripe's word is above the books', in minor units."""
        return self.stripe_minor - self.books_minor


@dataclass(frozen=True, kw_only=True)
class GiftSums:
    """A gift's money by its own row and by its postings, in minor units of `currency`.

    Attributes:
        comparable: Whether of all postings it is known what they were in the gift's currency; converted ones
            only tell whether there was money at all.
        lost: Whether the gift's state says that a bank has the money.
        disputed: By its postings, what banks took back and did not return.
    """

    public_id: str
    currency: str
    comparable: bool
    captured: int
    given: int
    refunded: int
    given_back: int
    lost: bool
    disputed: int

    @property
    def agree(self) -> bool:
        """Whether row and postings tell the same."""
        sums = ((self.captured, self.given), (self.refunded, self.given_back))
        if self.lost != (self.disputed != 0):
            return False
        if self.comparable:
            return all(row == books for row, books in sums)
        return all((row != 0) == (books != 0) for row, books in sums)


@dataclass(frozen=True, kw_only=True)
class Report:
    """One finished reconciliation.

    Attributes:
        since: From when on Stripe's movements were walked; None for all of them.
        movements: How many were walked.
        posted: How many of them were missing in the books and now are there.
    """

    since: datetime | None
    started_at: datetime
    finished_at: datetime
    movements: int
    posted: int
    balances: tuple[BalanceComparison, ...]
    differences: tuple[Difference, ...]

    @property
    def left(self) -> tuple[Difference, ...]:
        """What could not be mended, and nobody has explained."""
        return tuple(one for one in self.differences if one.mending is None and one.explanation is None)

    @property
    def explained(self) -> tuple[Difference, ...]:
        """What could not be mended, and somebody has explained."""
        return tuple(one for one in self.differences if one.explanation is not None)


def missing_in_books(movement: BalanceMovement) -> Difference:
    """Name a movement that nobody had posted; it was posted now."""
    return Difference(
        kind=DifferenceKind.MISSING_IN_BOOKS,
        subject=movement.id,
        sentence=f"{_told(movement)} was missing in the books.",
        mending=Mending.POSTED,
    )


def posted_otherwise(movement: BalanceMovement) -> Difference:
    """Name a movement whose posting has other entries than Stripe's word for it makes."""
    return Difference(
        kind=DifferenceKind.POSTED_OTHERWISE,
        subject=movement.id,
        sentence=f"{_told(movement)} was posted with other accounts or amounts.",
    )


def unknown_kind(movement: BalanceMovement) -> Difference:
    """Name a movement that no rule knows, so that it stands in the suspense account."""
    return Difference(
        kind=DifferenceKind.UNKNOWN_KIND,
        subject=movement.id,
        sentence=f"{_told(movement)} is of a kind without a rule and stands in the suspense account.",
    )


def without_gift(movement: BalanceMovement) -> Difference:
    """Name a payment, refund or dispute at Stripe that belongs to no gift of ours."""
    return Difference(
        kind=DifferenceKind.WITHOUT_GIFT,
        subject=movement.id,
        sentence=f"{_told(movement)} is of charge {movement.charge_id}, for which there is no gift here.",
    )


def unknown_to_stripe(balance_transaction_id: str) -> Difference:
    """Name a posting whose movement Stripe does not list."""
    return Difference(
        kind=DifferenceKind.UNKNOWN_TO_STRIPE,
        subject=balance_transaction_id,
        sentence=f"{balance_transaction_id} stands in the books and Stripe does not know it.",
    )


def gift_differs(sums: GiftSums, *, mending: Mending | None) -> Difference:
    """Name a gift whose row and postings disagree."""

    def told(minor: int) -> str:
        return f"{decimal_text(minor, sums.currency)} {sums.currency}"

    row = f"{told(sums.captured)} taken, {told(sums.refunded)} given back"
    books = f"{told(sums.given)} and {told(sums.given_back)}"
    in_dispute = "is" if sums.lost else "isn't"
    return Difference(
        kind=DifferenceKind.GIFT_DIFFERS,
        subject=sums.public_id,
        sentence=(
            f"Gift {sums.public_id} says {row} and {in_dispute} with a bank; "
            f"its postings say {books}, and {told(sums.disputed)} with a bank."
        ),
        mending=mending,
    )


def balance_differs(balance: BalanceComparison) -> Difference:
    """Name a currency in which Stripe and the books disagree about what Stripe owes us."""
    currency = balance.currency
    return Difference(
        kind=DifferenceKind.BALANCE_DIFFERS,
        subject=currency,
        sentence=(
            f"Stripe says that it owes us {decimal_text(balance.stripe_minor, currency)} {currency}, "
            f"the books say {decimal_text(balance.books_minor, currency)} {currency}."
        ),
        gap_minor=balance.gap_minor,
    )


def _told(movement: BalanceMovement) -> str:
    amount = decimal_text(movement.net, movement.currency)
    return f"{movement.id} ({movement.reporting_category}, {amount} {movement.currency})"
