"""Revision 0015 with gifts already there, and what the database itself holds of monthly gifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factually.foundation.schema import alembic_config, upgrade
from tests.support.databases import ROOT
from tests.support.donation_factories import kept_gift
from tests.support.independence_factories import NOW

if TYPE_CHECKING:
    import uuid

    from factually.foundation.database import Database
    from tests.support.databases import TestDatabase

MONTHLY = text(
    """
    INSERT INTO monthly_gift (id, public_id, email_index, amount_minor, currency, state, paused_by_donor,
        customer_id, subscription_id, failures, revision, synced_revision, created_at, updated_at)
    VALUES (gen_random_uuid(), gen_random_uuid(), decode(repeat('01', 32), 'hex'), 500, 'USD', 'active',
        false, 'cus_1', 'sub_1', 0, 1, 0, now(), now())
    RETURNING id
    """
)
EVENT = text(
    """
    INSERT INTO monthly_event
        (monthly_gift_id, at, fact, from_state, to_state, amount_minor, actor_kind, actor_id)
    VALUES (:id, now(), 'started', 'pledged', 'active', 500, 'system', 'factually')
    """
)


@pytest.fixture
def monthly_id(database: Database) -> uuid.UUID:
    with database.transaction() as session:
        made: uuid.UUID = session.execute(MONTHLY).scalar_one()
        session.execute(EVENT, {"id": made})
    return made


@pytest.mark.usefixtures("monthly_id")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE monthly_gift SET state = 'pledged'",
        "UPDATE monthly_gift SET currency = 'EUR'",
        "UPDATE monthly_gift SET subscription_id = 'sub_2'",
        "UPDATE monthly_gift SET state = 'ended'",
        "UPDATE monthly_gift SET synced_revision = 2",
        "UPDATE monthly_event SET amount_minor = 900",
        "DELETE FROM monthly_gift",
    ],
)
def test_the_database_refuses_what_a_monthly_gift_never_does(database: Database, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match=r"only goes forward|end_has_reason|counters_in_order|denied"),
        database.transaction() as session,
    ):
        session.execute(text(statement))


def test_an_end_is_an_end(database: Database, monthly_id: uuid.UUID) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE monthly_gift SET state = 'ended', end_reason = 'cancelled'"))
    with pytest.raises(DBAPIError, match="only goes forward"), database.transaction() as session:
        session.execute(
            text("UPDATE monthly_gift SET state = 'active', end_reason = NULL WHERE id = :id"),
            {"id": monthly_id},
        )


def test_a_gift_stays_the_month_that_it_is(database: Database, monthly_id: uuid.UUID) -> None:
    gift = kept_gift(now=NOW, email=b"a" * 32)
    with database.transaction() as session:
        session.add(gift)
        session.flush()
        gift.monthly_gift_id, gift.invoice_id = monthly_id, "in_1"
    for change in ("invoice_id = 'in_2'", "monthly_gift_id = NULL, invoice_id = NULL"):
        with pytest.raises(DBAPIError, match="stays the month"), database.transaction() as session:
            session.execute(text(f"UPDATE gift SET {change}"))  # noqa: S608 - written here


def test_gifts_stay_as_they_were_there_and_back(
    test_database: TestDatabase, owner_database: Database, monthly_id: uuid.UUID
) -> None:
    one, month = kept_gift(now=NOW, email=b"a" * 32), kept_gift(now=NOW, email=b"b" * 32)
    month.monthly_gift_id, month.invoice_id = monthly_id, "in_1"
    with owner_database.transaction() as session:
        session.add_all([one, month])
    config = alembic_config(test_database.owner_url, ROOT)
    command.downgrade(config, "0019")
    upgrade(test_database.owner_url, ROOT)
    with owner_database.transaction() as session:
        kept = session.execute(text("SELECT captured_minor, monthly_gift_id, invoice_id FROM gift")).all()
    assert [tuple(row) for row in kept] == [(500, None, None)] * 2
