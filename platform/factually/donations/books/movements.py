"""A movement of our balance at Stripe, and the entries it makes in the books.

Pure: the gateway reads movements from Stripe's balance transactions, `posting` writes their entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factually.donations.books.accounts import LedgerAccount, sides_of

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Presented:
    """What a card paid or got back, before Stripe converted it into the currency that it settles in.

    Attributes:
        minor: Minor units; negative where money leaves us.
        currency: Any that Stripe takes, such as ``EUR``.
    """

    minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class BalanceMovement:
    """One balance transaction of Stripe's, the only source of the books.

    Attributes:
        id: ``txn_…``; a movement is posted once under it.
        type: Stripe's type, such as ``charge`` or ``adjustment``.
        reporting_category: Stripe's finer word for it, such as ``dispute``; it chooses the accounts.
        amount: Gross minor units of `currency`; negative where money leaves.
        fee: What Stripe keeps of it; negative where a fee is given back.
        net: By how much the balance changes: `amount` less `fee`.
        currency: The currency it settled in, such as ``USD``.
        created: When the balance changed.
        available_on: From when the money can be paid out.
        source_id: What caused it: ``ch_…``, ``re_…``, ``du_…``, ``po_…``; None for some fees.
        charge_id: The charge that is paid, refunded or disputed by it, where the source tells.
        intent_id: That charge's PaymentIntent, likewise.
        presented: What the card paid or got back; None for what is no card's.

    Raises:
        ValueError: Amount, fee and net contradict each other; such an answer is not understood.
    """

    id: str
    type: str
    reporting_category: str
    amount: int
    fee: int
    net: int
    currency: str
    created: datetime
    available_on: datetime
    source_id: str | None
    charge_id: str | None = None
    intent_id: str | None = None
    presented: Presented | None = None

    def __post_init__(self) -> None:
        if self.amount - self.fee != self.net:
            raise ValueError(f"{self.id}: an amount of {self.amount} less {self.fee} is not {self.net}")

    @property
    def unknown(self) -> bool:
        """Whether this version has no rule for it, so that it stands in the suspense account."""
        return sides_of(self.reporting_category).amount is LedgerAccount.SUSPENSE


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a transaction: minor units, a debit positive, a credit negative."""

    account: LedgerAccount
    amount: int


def entries_of(movement: BalanceMovement) -> tuple[Entry, ...]:
    """Give a movement's entries: Stripe's balance changes by the net, the other sides make up for it.

    They add up to nothing by the definition of a net, and an amount of nothing makes no entry. A fee that is
    its movement's whole amount is one entry and not two.
    """
    sides = sides_of(movement.reporting_category)
    sums = {LedgerAccount.STRIPE: movement.net}
    for account, amount in ((sides.amount, -movement.amount), (sides.fee, movement.fee)):
        sums[account] = sums.get(account, 0) + amount
    return tuple(Entry(account, amount) for account, amount in sums.items() if amount)
