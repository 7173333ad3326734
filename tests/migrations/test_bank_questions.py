"""Revision 0020 with steps already there: they stay as they were, and a bank's question is one of them."""

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

MONTHLY = text(
    """
    INSERT INTO monthly_gift (id, public_id, email_index, amount_minor, currency, state, paused_by_donor,
        customer_id, subscription_id, failures, revision, synced_revision, created_at, updated_at)
    VALUES ('00000000-0000-0000-0000-000000000001', 'm', decode(repeat('01', 32), 'hex'), 500, 'USD',
        'active', false, 'cus_1', 'sub_1', 0, 1, 0, now(), now())
    """
)
STEP = text(
    """
    INSERT INTO monthly_event
        (monthly_gift_id, at, fact, from_state, to_state, amount_minor, actor_kind, actor_id)
    VALUES ('00000000-0000-0000-0000-000000000001', now(), :fact, 'active', 'past_due', 500, 'system',
        'factually')
    """
)
FACTS = text("SELECT fact FROM monthly_event ORDER BY id")


def test_steps_stay_as_they_were_there_and_back(
    test_database: TestDatabase, owner_database: Database
) -> None:
    config = alembic_config(test_database.owner_url, ROOT)
    command.downgrade(config, "0015")
    with owner_database.transaction() as session:
        session.execute(MONTHLY)
        session.execute(STEP, {"fact": "charge_failed"})
    with pytest.raises(IntegrityError, match="fact_known"), owner_database.transaction() as session:
        session.execute(STEP, {"fact": "bank_asked"})
    for _ in range(2):
        upgrade(test_database.owner_url, ROOT)
        command.downgrade(config, "0015")
    upgrade(test_database.owner_url, ROOT)
    with owner_database.transaction() as session:
        session.execute(STEP, {"fact": "bank_asked"})
        assert list(session.scalars(FACTS)) == ["charge_failed", "bank_asked"]
    with pytest.raises(IntegrityError, match="fact_known"):
        command.downgrade(config, "0015")
