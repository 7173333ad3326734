from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.foundation.database import opened_database
from factually.serving.diagnosis.database_checks import (
    clock_agrees,
    database_version,
    role_is_bounded,
    schema_matches,
)
from factually.serving.diagnosis.findings import State
from tests.support.clock import FrozenClock

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from factually.serving.diagnosis.findings import Finding
    from factually.serving.diagnosis.subject import Installation
    from tests.support.databases import TestDatabase


def schema(installation: Installation, owner_url: str = "") -> Finding:
    changed = replace(installation, settings=replace(installation.settings, owner_database_url=owner_url))
    with installation.database.reading() as connection:
        return schema_matches(changed, connection)


def test_a_migrated_database_is_right(installation: Installation, test_database: TestDatabase) -> None:
    with installation.database.reading() as connection:
        assert database_version(connection).state is State.OK
        assert [finding.state for finding in role_is_bounded(connection)] == [State.OK]
        assert clock_agrees(installation, connection).state is State.OK
    assert schema(installation).state is State.OK
    assert schema(installation, test_database.owner_url).seen.endswith("The newest migration is applied.")


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ("ALTER TABLE outgoing_letter DROP COLUMN smtp_code CASCADE", "column outgoing_letter.smtp_code"),
        ("DROP TABLE outgoing_letter CASCADE", "table outgoing_letter"),
    ],
)
def test_what_an_older_database_lacks_is_named(
    installation: Installation, owner_database: Database, change: str, missing: str
) -> None:
    with owner_database.transaction() as session:
        session.execute(text(change))
    found = schema(installation)
    assert found.state is State.WRONG
    assert missing in found.seen
    assert "`factually migrate`" in found.to_do


def test_several_missing_columns_are_counted(installation: Installation, owner_database: Database) -> None:
    with owner_database.transaction() as session:
        session.execute(text("DROP TABLE outgoing_letter, journal_entry CASCADE"))
    assert " and 1 more." in schema(installation).seen


def test_a_revision_behind_is_wrong_although_no_column_is_missing(
    installation: Installation, owner_database: Database, test_database: TestDatabase
) -> None:
    with owner_database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert schema(installation, test_database.owner_url).state is State.WRONG


def test_an_owner_that_cannot_connect_is_a_warning(installation: Installation) -> None:
    found = schema(installation, "postgresql+psycopg:///none?host=/nowhere")
    assert found.state is State.WARNING
    assert "DATABASE_OWNER_URL" in found.to_do


def test_a_site_that_runs_as_the_owner_of_its_tables_is_wrong(owner_database: Database) -> None:
    with owner_database.reading() as connection:
        (found,) = role_is_bounded(connection)
    assert found.state is State.WRONG
    assert "owns tables" in found.seen
    assert "may rewrite the journal" in found.seen


def test_a_superuser_is_wrong(test_database: TestDatabase) -> None:
    address = test_database.owner_url.replace("factually_owner", "postgres")
    with opened_database(address) as database, database.reading() as connection:
        (found,) = role_is_bounded(connection)
    assert "is a superuser" in found.seen


def test_tables_that_the_role_may_not_read_are_named(
    installation: Installation, owner_database: Database
) -> None:
    with owner_database.transaction() as session:
        session.execute(text("REVOKE SELECT ON outgoing_letter FROM factually_app"))
    with installation.database.reading() as connection:
        (found,) = role_is_bounded(connection)
    assert "may not read outgoing_letter" in found.seen


@pytest.mark.parametrize(
    ("skew", "state", "side"),
    [
        (timedelta(seconds=10), State.WARNING, "ahead of"),
        (timedelta(seconds=-10), State.WARNING, "behind"),
        (timedelta(minutes=-10), State.WRONG, "behind"),
    ],
)
def test_a_clock_apart_from_the_databases_is_told(
    installation: Installation, skew: timedelta, state: State, side: str
) -> None:
    other = replace(installation, clock=FrozenClock(datetime.now(UTC) + skew))
    with installation.database.reading() as connection:
        found = clock_agrees(other, connection)
    assert (found.state, side in found.seen) == (state, True)
