from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from factually.foundation.database import Database, opened_database
from factually.serving.diagnosis.findings import State
from factually.serving.diagnosis.screening_checks import screening_is_ready
from tests.support.independence_factories import prepare_screening

if TYPE_CHECKING:
    from pathlib import Path

    from factually.serving.diagnosis.findings import Finding
    from tests.support.clock import FrozenClock
    from tests.support.databases import TestDatabase


def look(database: Database, clock: FrozenClock) -> list[Finding]:
    with database.transaction() as session:
        return list(screening_is_ready(session, clock.now()))


def states(found: list[Finding]) -> list[tuple[str, State]]:
    return [(finding.check, finding.state) for finding in found]


def test_a_prepared_site_is_ready(database: Database, clock: FrozenClock) -> None:
    with database.transaction() as session:
        prepare_screening(session, now=clock.now())
    assert states(look(database, clock)) == [
        ("policy", State.OK),
        ("registers", State.OK),
        ("search index", State.OK),
    ]


def test_a_site_without_policy_and_registers_says_how_to_get_them(
    database: Database, clock: FrozenClock
) -> None:
    policy, registers, _ = look(database, clock)
    assert (policy.state, policy.to_do) == (State.WRONG, "Run `factually policy publish FILE`.")
    assert registers.state is State.WRONG
    assert "factually registers import" in registers.to_do


def test_registers_older_than_the_policy_bears_are_wrong(database: Database, clock: FrozenClock) -> None:
    with database.transaction() as session:
        prepare_screening(session, now=clock.now())
    clock.advance(timedelta(days=60))
    _, held, stale, _ = look(database, clock)
    assert held.state is State.WRONG
    assert "The policy holds every gift for it." in held.seen
    assert stale.state is State.WARNING
    assert "fec.gov" in stale.seen


def test_an_index_that_is_not_on_this_machine_is_wrong_and_is_not_built(
    database: Database, test_database: TestDatabase, clock: FrozenClock, tmp_path: Path
) -> None:
    with database.transaction() as session:
        prepare_screening(session, now=clock.now())
    with opened_database(test_database.app_url, derived=tmp_path / "new") as elsewhere:
        index = look(elsewhere, clock)[-1]
    assert index.state is State.WRONG
    assert "fec_committees" in index.seen
    assert not (tmp_path / "new").exists()
