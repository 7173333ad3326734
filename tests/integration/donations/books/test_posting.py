from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from factually.donations.books.posting import post
from tests.support.balance_movements import WHEN, any_movement, movement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from factually.donations.books.movements import BalanceMovement
    from factually.foundation.database import Database

TRANSACTION = """
    INSERT INTO ledger_transaction
        (balance_transaction_id, type, reporting_category, entry_count, occurred_at, available_on, posted_at)
    VALUES ('txn_made_up', 'charge', 'charge', :entry_count, now(), now(), now())
"""
ENTRY = """
    INSERT INTO ledger_entry (transaction_id, position, account, amount_minor, currency)
    SELECT id, :position, :account, :amount, :currency FROM ledger_transaction ORDER BY id DESC LIMIT 1
"""
SUMS = text("SELECT account, currency, sum(amount_minor)::bigint FROM ledger_entry GROUP BY 1, 2")
STRIPE = "Assets:Stripe:Balance"
GIFTS = "Income:Gifts"


def sums(database: Database) -> dict[tuple[str, str], int]:
    with database.transaction() as session:
        return {(account, currency): amount for account, currency, amount in session.execute(SUMS)}


def post_all(database: Database, movements: Sequence[BalanceMovement]) -> int:
    with database.transaction() as session:
        return sum(post(session, one, gift_id=None, now=WHEN) for one in movements)


def write(database: Database, count: int, *entries: tuple[str, int, str]) -> None:
    with database.transaction() as session:
        session.execute(text(TRANSACTION), {"entry_count": count})
        for position, (account, amount, currency) in enumerate(entries, start=1):
            values = {"position": position, "account": account, "amount": amount, "currency": currency}
            session.execute(text(ENTRY), values)


def test_a_movement_is_posted_once(database: Database) -> None:
    one = movement("charge", 500, fee=45)
    assert post_all(database, [one]) == 1
    assert post_all(database, [one, one]) == 0
    assert sums(database) == {
        (STRIPE, "USD"): 455,
        (GIFTS, "USD"): -500,
        ("Expenses:Stripe:ProcessingFees", "USD"): 45,
    }


def test_a_movement_of_nothing_is_kept_without_entries(database: Database) -> None:
    assert post_all(database, [movement("fee", 0)]) == 1
    assert sums(database) == {}


@given(
    movements=st.lists(any_movement, max_size=12, unique_by=lambda one: one.id),
    more=st.lists(st.integers(0, 11), max_size=12),
    seed=st.randoms(use_true_random=False),
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_order_with_repeats_ends_in_the_same_books(
    database: Database, movements: list[BalanceMovement], more: list[int], seed: Random
) -> None:
    with database.transaction() as session:
        for one in movements:
            post(session, one, gift_id=None, now=WHEN)
        session.flush()
        expected = sorted(session.execute(SUMS).all())
        session.rollback()
    shuffled = movements + [movements[number] for number in more if number < len(movements)]
    seed.shuffle(shuffled)
    with database.transaction() as session:
        posted = [post(session, one, gift_id=None, now=WHEN) for one in shuffled]
        assert sum(posted) == len(movements)
        assert sorted(session.execute(SUMS).all()) == expected
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        session.rollback()


@pytest.mark.parametrize(
    ("count", "entries", "sentence"),
    [
        (2, [(STRIPE, 500, "USD"), (GIFTS, -499, "USD")], "does not balance"),
        (2, [(STRIPE, 500, "USD"), (GIFTS, -500, "EUR")], "does not balance"),
        (1, [(STRIPE, 500, "USD")], "does not balance"),
        (2, [], "does not have the entries it says"),
        (2, [(STRIPE, 1, "USD"), (GIFTS, -2, "USD"), (GIFTS, 1, "USD")], "does not have the entries it says"),
    ],
)
def test_the_commit_refuses_a_transaction_that_is_not_whole(
    database: Database, count: int, entries: list[tuple[str, int, str]], sentence: str
) -> None:
    with pytest.raises(IntegrityError, match=sentence):
        write(database, count, *entries)
    assert sums(database) == {}


def test_the_commit_refuses_entries_added_later_although_they_balance(database: Database) -> None:
    write(database, 2, (STRIPE, 500, "USD"), (GIFTS, -500, "USD"))
    with pytest.raises(IntegrityError, match="entries it says"), database.transaction() as session:
        for position, amount in ((3, 7), (4, -7)):
            values = {"position": position, "account": STRIPE, "amount": amount, "currency": "USD"}
            session.execute(text(ENTRY), values)


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        (("Assets:Elsewhere", 500, "USD"), "account_known"),
        ((STRIPE, 0, "USD"), "amount_not_nothing"),
        ((STRIPE, 500, "usd"), "currency_is_a_code"),
    ],
)
def test_an_entry_that_can_not_be_is_refused(
    database: Database, entry: tuple[str, int, str], name: str
) -> None:
    with pytest.raises(IntegrityError, match=name):
        write(database, 1, entry)


def test_a_gift_that_is_not_there_has_no_postings(database: Database) -> None:
    with pytest.raises(IntegrityError, match="gift"), database.transaction() as session:
        post(session, movement(), gift_id=uuid.uuid4(), now=WHEN)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_transaction SET type = 'other'",
        "UPDATE ledger_entry SET amount_minor = amount_minor * 2",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_transaction",
    ],
)
def test_nobody_rewrites_the_books(database: Database, owner_database: Database, statement: str) -> None:
    post_all(database, [movement()])
    with pytest.raises(DBAPIError, match="permission denied"), database.transaction() as session:
        session.execute(text(statement))
    with pytest.raises(DBAPIError, match="append-only"), owner_database.transaction() as session:
        session.execute(text(statement))
