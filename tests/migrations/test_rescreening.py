"""What migrations 0006 and 0011 do to what is stored already, and what their guards refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factually.foundation.schema import alembic_config, upgrade
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.databases import TestDatabase

POLICY = """
    INSERT INTO policy_version (version, effective_from, author, approver, document, sha256, published_at)
    VALUES ('made up', '2026-11-24T12:00Z', 'one', 'other', '{}', repeat('0', 64), '2026-11-24T12:00Z')
"""
SCREENING = """
    INSERT INTO screening
        (id, gift_id, stage, policy_version, matcher, facts, inputs, inputs_hash, outcome, created_at)
    VALUES (gen_random_uuid(), gen_random_uuid(), :stage, 'made up', 'made up', '{}', 'x',
        decode(repeat('00', 32), 'hex'), 'allow', '2026-11-24T12:00Z')
"""
FINDING = """
    INSERT INTO screening_finding (screening_id, position, rule_id, outcome, reason_text, detail)
    SELECT id, 0, 'DS01', 'allow', 'made up', 'x' FROM screening
"""
VERSION = """
    INSERT INTO register_version (kind, source, as_of, sha256, row_count, loaded_at)
    VALUES ('fec_committees', 'made up', '2026-01-30', repeat('0', 64), 2, '2026-11-24T12:00Z')
"""
RUN = "INSERT INTO rescreening_run (cause, whole, requested_at) VALUES ('request', true, '2026-11-24T12:00Z')"
PARTITION = """
    INSERT INTO rescreening_partition
        (run_id, number, walks, first, last, cursor, screened, unreadable, opened)
    VALUES (1, 1, 'donors', 1, 10, 4, 3, 0, 1)
"""


def run(database: Database, *statements: str, stage: str = "after_authorisation") -> None:
    with database.transaction() as session:
        for statement in statements:
            session.execute(text(statement), {"stage": stage} if ":stage" in statement else {})


def stages(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.execute(text("SELECT stage FROM screening ORDER BY number")).scalars())


def test_stored_screenings_stay_and_new_stages_are_allowed(
    test_database: TestDatabase, owner_database: Database, database: Database
) -> None:
    command.downgrade(alembic_config(test_database.owner_url, ROOT), "0005")
    run(owner_database, POLICY, SCREENING)
    with pytest.raises(DBAPIError, match="stage_known"):
        run(owner_database, SCREENING, stage="rescreening")
    upgrade(test_database.owner_url, ROOT)
    run(database, SCREENING, stage="rescreening")
    run(database, SCREENING, stage="renewal")
    assert stages(database) == ["after_authorisation", "rescreening", "renewal"]


def test_a_downgrade_drops_the_screenings_it_has_no_word_for_and_guards_the_others(
    test_database: TestDatabase, owner_database: Database
) -> None:
    run(owner_database, POLICY, SCREENING)
    run(owner_database, SCREENING, FINDING, stage="rescreening")
    command.downgrade(alembic_config(test_database.owner_url, ROOT), "0005")
    assert stages(owner_database) == ["after_authorisation"]
    with pytest.raises(DBAPIError, match="append-only"):
        run(owner_database, "DELETE FROM screening_finding")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rescreening_partition SET cursor = 3",
        "UPDATE rescreening_partition SET screened = 2",
        "UPDATE rescreening_partition SET last = 20",
        "UPDATE rescreening_partition SET run_id = 2",
        "UPDATE rescreening_run SET whole = false, new_version = 1",
        "UPDATE rescreening_run SET cause = 'policy'",
        "UPDATE rescreening_run SET engine = 'made up'",
        "UPDATE rescreening_run SET started_at = '2026-11-26T12:00Z'",
    ],
)
def test_a_run_only_goes_forward(database: Database, statement: str) -> None:
    run(database, RUN, PARTITION, "UPDATE rescreening_run SET started_at = '2026-11-25T12:00Z'")
    run(database, "UPDATE rescreening_partition SET cursor = 5, screened = 4")
    with pytest.raises(DBAPIError, match="only goes forward"):
        run(database, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM rescreening_partition",
        "DELETE FROM rescreening_run",
        "TRUNCATE rescreening_partition",
        "TRUNCATE rescreening_run CASCADE",
    ],
)
def test_the_owner_can_not_forget_a_run(owner_database: Database, statement: str) -> None:
    run(owner_database, RUN, PARTITION)
    with pytest.raises(DBAPIError, match="append-only"):
        run(owner_database, statement)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE rescreening_partition SET cursor = 11",
        "UPDATE rescreening_partition SET cursor = 10",
        "UPDATE rescreening_partition SET finished_at = '2026-11-24T12:00Z'",
        "UPDATE rescreening_partition SET walks = 'gifts'",
    ],
)
def test_a_partition_that_can_not_be_is_refused(database: Database, change: str) -> None:
    run(database, RUN, PARTITION)
    with pytest.raises(DBAPIError, match=r"ck_rescreening_partition|only goes forward"):
        run(database, change)


def test_older_runs_are_told_their_cause_as_far_as_it_can_be_known(
    test_database: TestDatabase, owner_database: Database, database: Database
) -> None:
    command.downgrade(alembic_config(test_database.owner_url, ROOT), "0010")
    run(
        owner_database,
        POLICY,
        VERSION,
        "INSERT INTO rescreening_run (new_version, whole, requested_at) "
        "SELECT id, false, '2026-11-24T12:00Z' FROM register_version",
        "INSERT INTO rescreening_run (whole, requested_at) VALUES (true, '2026-11-24T12:00Z')",
        "INSERT INTO rescreening_run (whole, requested_at) VALUES (true, '2026-11-25T12:00Z')",
    )
    upgrade(test_database.owner_url, ROOT)
    with database.transaction() as session:
        told = session.execute(text("SELECT cause, engine FROM rescreening_run ORDER BY id")).all()
    assert [tuple(row) for row in told] == [("register", None), ("policy", None), ("request", None)]
    with pytest.raises(DBAPIError, match="only goes forward"):
        run(database, "UPDATE rescreening_run SET engine = 'made up'")
    command.downgrade(alembic_config(test_database.owner_url, ROOT), "0010")
    with pytest.raises(DBAPIError, match="only goes forward"):
        run(owner_database, "UPDATE rescreening_run SET whole = NOT whole")


@pytest.mark.parametrize(
    ("cause", "whole"), [("gifts", "true"), ("register", "true"), ("policy", "false"), ("engine", "true")]
)
def test_a_run_without_a_cause_that_can_be_is_refused(database: Database, cause: str, whole: str) -> None:
    with pytest.raises(DBAPIError, match="ck_rescreening_run"):
        run(database, RUN.replace("'request'", f"'{cause}'").replace("true", whole))
