from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from factually.donations.books.accounts import LedgerAccount
from factually.donations.books.posting import post
from factually.donations.books.queries import BookedEntry, Period, transactions, trial_balance
from tests.support.balance_movements import WHEN, movement

if TYPE_CHECKING:
    from factually.foundation.database import Database


def test_balances_are_sums_by_account_and_currency(database: Database) -> None:
    with database.transaction() as session:
        for number, (category, amount, fee, currency) in enumerate(
            [
                ("charge", 500, 45, "USD"),
                ("charge", 700, 50, "USD"),
                ("payout", -900, 0, "USD"),
                ("charge", 5, 0, "JPY"),
            ]
        ):
            one = movement(category, amount, fee=fee, currency=currency, number=number)
            post(session, one, gift_id=None, now=WHEN)
        assert trial_balance(session) == [
            BookedEntry(LedgerAccount.BANK_IN_TRANSIT, 900, "USD"),
            BookedEntry(LedgerAccount.STRIPE, 5, "JPY"),
            BookedEntry(LedgerAccount.STRIPE, 205, "USD"),
            BookedEntry(LedgerAccount.PROCESSING_FEES, 95, "USD"),
            BookedEntry(LedgerAccount.GIFTS, -5, "JPY"),
            BookedEntry(LedgerAccount.GIFTS, -1200, "USD"),
        ]


def test_a_period_ends_before_its_end(database: Database) -> None:
    hour = timedelta(hours=1)
    with database.transaction() as session:
        for number in range(4):
            post(session, movement(number=number, created=WHEN + number * hour), gift_id=None, now=WHEN)
        period = Period(since=WHEN + hour, until=WHEN + 3 * hour)
        names = [one.balance_transaction_id for one in transactions(session, period)]
        assert names == ["txn_1", "txn_2"]
        assert [entry.minor for entry in trial_balance(session, period)] == [1000, -1000]


def test_what_no_rule_knew_is_told_apart(database: Database) -> None:
    with database.transaction() as session:
        post(session, movement("something_new", number=1), gift_id=None, now=WHEN)
        post(session, movement("charge", number=2), gift_id=None, now=WHEN)
        assert [one.unknown for one in transactions(session)] == [True, False]
