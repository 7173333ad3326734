"""What can be read of the books: balances of accounts, and transactions in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, cast, func, select

from factually.donations.books.accounts import LedgerAccount
from factually.donations.books.models import LedgerEntry, LedgerTransaction
from factually.donations.books.movements import Presented

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import Session

_FETCHED_AT_ONCE: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Period:
    """Moments from `since` to before `until`; an open end is None."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self) -> list[ColumnElement[bool]]:
        """Give the conditions on a transaction."""
        moment = LedgerTransaction.occurred_at
        lower = [] if self.since is None else [moment >= self.since]
        return lower if self.until is None else [*lower, moment < self.until]


ALL_TIME: Final = Period()


@dataclass(frozen=True, slots=True)
class BookedEntry:
    """One line: minor units, a debit positive, a credit negative."""

    account: LedgerAccount
    minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class BookedTransaction:
    """One posted movement, in Stripe's own words and without anything about a donor.

    `presented` is what a card paid or got back, before it was converted; None for what is no card's.
    """

    occurred_at: datetime
    balance_transaction_id: str
    source_id: str | None
    type: str
    reporting_category: str
    entries: tuple[BookedEntry, ...]
    presented: Presented | None = None

    @property
    def converted(self) -> Presented | None:
        """What was presented, where that was in another currency than the entries are in."""
        settled = {entry.currency for entry in self.entries}
        presented = self.presented
        return None if presented is None or settled == {presented.currency} else presented

    @property
    def unknown(self) -> bool:
        """Whether a person must look, since no rule knew its kind."""
        return any(entry.account is LedgerAccount.SUSPENSE for entry in self.entries)


def trial_balance(session: Session, period: Period = ALL_TIME) -> list[BookedEntry]:
    """Sum the entries of a period by account and currency, in the order of their names.

    The sums of each currency add up to nothing; a balance at a date is a period that is open at its start.
    """
    total = cast(func.sum(LedgerEntry.amount_minor), BigInteger)
    query = (
        select(LedgerEntry.account, total, LedgerEntry.currency)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(*period.holds())
        .group_by(LedgerEntry.account, LedgerEntry.currency)
        .order_by(LedgerEntry.account.collate("C"), LedgerEntry.currency)
    )
    return [
        BookedEntry(LedgerAccount(account), minor, currency)
        for account, minor, currency in session.execute(query)
    ]


def transactions(session: Session, period: Period = ALL_TIME) -> Iterator[BookedTransaction]:
    """Stream the transactions of a period, by time and then by Stripe's id, however late each was posted.

    One statement and so one view of the books; only some of its rows are in memory at any time.
    """
    query = (
        select(
            LedgerTransaction.occurred_at,
            LedgerTransaction.balance_transaction_id,
            LedgerTransaction.source_id,
            LedgerTransaction.type,
            LedgerTransaction.reporting_category,
            LedgerTransaction.presented_minor,
            LedgerTransaction.presented_currency,
            LedgerEntry.account,
            LedgerEntry.amount_minor,
            LedgerEntry.currency,
        )
        .outerjoin(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(*period.holds())
        .order_by(
            LedgerTransaction.occurred_at,
            LedgerTransaction.balance_transaction_id.collate("C"),
            LedgerEntry.position,
        )
    )
    rows = session.execute(query, execution_options={"yield_per": _FETCHED_AT_ONCE})
    for _, lines in groupby(rows, key=lambda row: row.balance_transaction_id):
        yield _transaction(list(lines))


def _transaction(
    lines: list[Row[datetime, str, str | None, str, str, int | None, str | None, str, int, str]],
) -> BookedTransaction:
    first = lines[0]
    currency = first.presented_currency
    return BookedTransaction(
        occurred_at=first.occurred_at,
        balance_transaction_id=first.balance_transaction_id,
        source_id=first.source_id,
        type=first.type,
        reporting_category=first.reporting_category,
        presented=None if currency is None else Presented(first.presented_minor or 0, currency),
        # The outer join gives a transaction without entries one line of nothing.
        entries=tuple(
            BookedEntry(LedgerAccount(line.account), line.amount_minor, line.currency)
            for line in lines
            if line.account is not None
        ),
    )
