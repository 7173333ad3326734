"""Revision 0018 with postings already there: they stay as they were, in the currency they settled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from factually.foundation.schema import alembic_config, upgrade
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.databases import TestDatabase

POSTED_BEFORE = text(
    """
    INSERT INTO ledger_transaction
        (balance_transaction_id, type, reporting_category, entry_count, occurred_at, available_on, posted_at)
    VALUES ('txn_old', 'charge', 'charge', 0, now(), now(), now())
    """
)
POSTED = text(
    """
    INSERT INTO ledger_transaction
        (balance_transaction_id, type, reporting_category, entry_count, occurred_at, available_on, posted_at,
        presented_minor, presented_currency)
    VALUES ('txn_new', 'charge', 'charge', 0, now(), now(), now(), :minor, :currency)
    """
)
STORED = text("SELECT balance_transaction_id, presented_minor, presented_currency FROM ledger_transaction")


def test_what_was_posted_before_stays_there_and_back(
    test_database: TestDatabase, owner_database: Database
) -> None:
    config = alembic_config(test_database.owner_url, ROOT)
    command.downgrade(config, "0018-1")
    with owner_database.transaction() as session:
        session.execute(POSTED_BEFORE)
    for _ in range(2):
        upgrade(test_database.owner_url, ROOT)
        with owner_database.transaction() as session:
            assert [tuple(row) for row in session.execute(STORED)] == [("txn_old", None, None)]
        command.downgrade(config, "0018-1")
    upgrade(test_database.owner_url, ROOT)


@pytest.mark.parametrize(
    ("minor", "currency", "constraint"),
    [
        (None, "EUR", "presented_in_a_currency"),
        (500, None, "presented_in_a_currency"),
        (500, "euro", "presented_currency_is_a_code"),
    ],
)
def test_an_amount_has_its_currency(
    owner_database: Database, minor: int | None, currency: str | None, constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), owner_database.transaction() as session:
        session.execute(POSTED, {"minor": minor, "currency": currency})
