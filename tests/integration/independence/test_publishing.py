from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.foundation.errors import Conflict, InvalidInput, NotFound
from factually.independence.publishing import (
    DamagedPolicy,
    packaged_policy,
    policy_in_force,
    publish_policy,
    published_policy,
)
from tests.support.independence_factories import NOW

if TYPE_CHECKING:
    from factually.foundation.database import Database


def edition(**changes: str) -> str:
    """The shipped policy with other words at its head."""
    return json.dumps({**json.loads(packaged_policy()), **changes})


LATER = edition(version="2027-01-01", effective_from="2027-01-01T00:00:00Z")


def test_a_policy_is_in_force_from_its_first_day(database: Database) -> None:
    with database.transaction() as session:
        publish_policy(session, packaged_policy(), now=NOW)
        publish_policy(session, LATER, now=NOW)
    with database.reading() as connection:
        assert policy_in_force(connection, NOW).version == "2026-11-24c"
        assert policy_in_force(connection, NOW + timedelta(days=60)).version == "2027-01-01"


def test_a_changed_policy_has_past_donors_screened_from_its_first_day_on(database: Database) -> None:
    with database.transaction() as session:
        publish_policy(session, packaged_policy(), now=NOW)
    with pytest.raises(RuntimeError), database.transaction() as session:
        publish_policy(session, LATER, now=NOW)
        raise RuntimeError
    assert planned(database) == []
    with database.transaction() as session:
        publish_policy(session, LATER, now=NOW)
        publish_policy(session, LATER, now=NOW)
    begins_at = datetime(2027, 1, 1, 0, 2, tzinfo=UTC)
    assert planned(database) == [(True, begins_at, begins_at)]


def test_a_policy_that_rules_at_once_waits_for_gifts_under_way(database: Database) -> None:
    with database.transaction() as session:
        publish_policy(session, packaged_policy(), now=NOW)
        publish_policy(session, edition(version="now", effective_from="2026-11-24T11:00:00Z"), now=NOW)
    ((_, begins_at, _),) = planned(database)
    assert begins_at == NOW + timedelta(minutes=2)


def planned(database: Database) -> list[tuple[bool, datetime, datetime]]:
    """Each run with whether it is of all donors, when it may begin, and for when its job is queued."""
    with database.transaction() as session:
        rows = session.execute(
            text(
                "SELECT run.whole, run.begins_at, job.scheduled_at FROM rescreening_run run "
                "JOIN procrastinate_jobs job ON job.task_name = 'rescreening.start' "
                "AND (job.args ->> 'run_id')::bigint = run.id"
            )
        )
        return [(whole, begins_at, scheduled_at) for whole, begins_at, scheduled_at in rows]


def test_before_the_first_policy_none_is_in_force(database: Database) -> None:
    with database.transaction() as session:
        publish_policy(session, packaged_policy(), now=NOW)
    with database.reading() as connection, pytest.raises(NotFound):
        policy_in_force(connection, NOW - timedelta(days=1))


def test_a_version_can_be_read_after_it_was_followed(database: Database) -> None:
    with database.transaction() as session:
        published = publish_policy(session, packaged_policy(), now=NOW)
        publish_policy(session, LATER, now=NOW)
    with database.reading() as connection:
        assert published_policy(connection, "2026-11-24c") == published
        with pytest.raises(NotFound):
            published_policy(connection, "1999-01-01")


def test_publishing_the_same_document_again_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        publish_policy(session, packaged_policy(), now=NOW)
    with database.transaction() as session:
        publish_policy(session, packaged_policy(), now=NOW)


@pytest.mark.parametrize("changes", [{"summary": "Changed."}, {"version": "another"}])
def test_a_published_policy_is_not_rewritten(database: Database, changes: dict[str, str]) -> None:
    with database.transaction() as session:
        publish_policy(session, packaged_policy(), now=NOW)
        with pytest.raises(Conflict):
            publish_policy(session, edition(**changes), now=NOW)


def test_a_policy_that_the_rules_cannot_run_is_not_published(database: Database) -> None:
    document = json.loads(packaged_policy())
    del document["rules"][0]
    with database.transaction() as session, pytest.raises(InvalidInput):
        publish_policy(session, json.dumps(document), now=NOW)


def test_a_stored_policy_that_was_altered_is_told_even_after_it_was_read(
    database: Database, owner_database: Database
) -> None:
    with database.transaction() as session:
        publish_policy(session, packaged_policy(), now=NOW)
        policy_in_force(session, NOW)
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE policy_version DISABLE TRIGGER USER"))
        session.execute(text("UPDATE policy_version SET document = replace(document, 'refuse', 'hold')"))
    with database.reading() as connection:
        with pytest.raises(DamagedPolicy):
            policy_in_force(connection, NOW)
        with pytest.raises(DamagedPolicy):
            published_policy(connection, "2026-11-24c")


def test_a_policy_is_read_once_for_many_screenings(database: Database) -> None:
    with database.transaction() as session:
        publish_policy(session, packaged_policy(), now=NOW)
    with database.reading() as connection:
        assert policy_in_force(connection, NOW) is policy_in_force(connection, NOW)
