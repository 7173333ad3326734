"""Revision 0021 with a report already there: it stays as it was, and its difference can be explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from factually.donations.reconciliation.reports import latest_report
from factually.foundation.schema import alembic_config, upgrade
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.databases import TestDatabase

REPORT = text(
    """
    WITH run AS (
        INSERT INTO reconciliation_run (started_at, finished_at, movements, posted)
        VALUES (now(), now(), 1, 0) RETURNING id
    ), balance AS (
        INSERT INTO reconciliation_balance SELECT id, 'USD', 500, 455 FROM run
    )
    INSERT INTO reconciliation_difference SELECT id, 1, 'balance_differs', 'USD', 'They differ.' FROM run
    """
)
PERSON = text(
    """
    INSERT INTO account (id, email, name, role, created_at)
    VALUES ('00000000-0000-0000-0000-000000000001', 'ann@example.org', 'Ann', 'auditor', now())
    """
)
EXPLANATION = text(
    """
    INSERT INTO reconciliation_explanation
        (kind, subject, extent, sentence, reason, explained_by, explained_at)
    VALUES ('balance_differs', 'USD', '45', 'They differ.', :reason, '00000000-0000-0000-0000-000000000001',
        now())
    """
)


def test_a_report_from_before_can_be_explained_and_stays_when_the_table_goes(
    test_database: TestDatabase, owner_database: Database
) -> None:
    config = alembic_config(test_database.owner_url, ROOT)
    command.downgrade(config, "0020")
    with owner_database.transaction() as session:
        session.execute(REPORT)
        session.execute(PERSON)
    upgrade(test_database.owner_url, ROOT)
    with pytest.raises(IntegrityError, match="reason_length"), owner_database.transaction() as session:
        session.execute(EXPLANATION, {"reason": "By hand."})
    with owner_database.transaction() as session:
        session.execute(EXPLANATION, {"reason": "A credit that Stripe wrote to us about."})
        report = latest_report(session)
    assert report is not None
    assert [one.explanation and one.explanation.explained_by for one in report.differences] == ["Ann"]
    command.downgrade(config, "0020")
    upgrade(test_database.owner_url, ROOT)
    with owner_database.transaction() as session:
        report = latest_report(session)
    assert report is not None
    assert len(report.left) == 1
