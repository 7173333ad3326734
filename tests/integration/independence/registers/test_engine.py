from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.foundation.database import opened_database
from factually.foundation.errors import Unavailable
from factually.foundation.identifiers import new_id
from factually.independence.outcomes import Outcome
from factually.independence.registers.engine import forget_old_indexes
from factually.independence.registers.entries import Entry
from factually.independence.registers.loading import load_register
from factually.independence.replaying import replay
from factually.independence.screening import screen
from tests.support.independence_factories import (
    ENTRIES,
    FIRST_GIFT,
    NOW,
    OWN_GIFT,
    organisation_gift,
    prepare_screening,
    register_file,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator
    from pathlib import Path

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from factually.independence.results import ScreeningResult
    from tests.support.databases import TestDatabase

PATIENCE = 20.0


@pytest.fixture
def machine(test_database: TestDatabase, tmp_path: Path) -> Iterator[Database]:
    """A site whose indexes lie in a folder of this test."""
    with opened_database(test_database.app_url, derived=tmp_path) as database:
        with database.transaction() as session:
            prepare_screening(session)
        yield database


def indexes(folder: Path) -> list[Path]:
    return [path for path in (folder / "registers").iterdir() if path.is_dir()]


def screened(
    database: Database, keyring: Keyring, gift: uuid.UUID, name: str | None = None
) -> ScreeningResult:
    subject = OWN_GIFT if name is None else organisation_gift(name)
    with database.transaction() as session:
        return screen(session, subject, gift_id=gift, keyring=keyring, now=NOW, history=FIRST_GIFT)


@pytest.fixture
def gift_id() -> uuid.UUID:
    return new_id()


def until_allowed(database: Database, keyring: Keyring, gift: uuid.UUID) -> ScreeningResult:
    ends = time.monotonic() + PATIENCE
    while (result := screened(database, keyring, gift)).outcome is not Outcome.ALLOW:
        assert time.monotonic() < ends, result.findings
        time.sleep(0.05)
    return result


def test_a_machine_without_the_index_holds_gifts_and_builds_it(
    machine: Database, test_database: TestDatabase, tmp_path: Path, keyring: Keyring, gift_id: uuid.UUID
) -> None:
    assert screened(machine, keyring, gift_id).outcome is Outcome.ALLOW
    with opened_database(test_database.app_url, derived=tmp_path / "elsewhere") as elsewhere:
        held = screened(elsewhere, keyring, gift_id)
        assert held.outcome is Outcome.HOLD
        assert held.deciding_finding is not None
        assert held.deciding_finding.rule_id == "DS29"
        until_allowed(elsewhere, keyring, gift_id)
        assert screened(elsewhere, keyring, gift_id, "ActBlue").outcome is Outcome.HOLD


@pytest.mark.usefixtures("machine")
def test_a_damaged_index_holds_gifts_and_is_built_anew(
    test_database: TestDatabase, tmp_path: Path, keyring: Keyring, gift_id: uuid.UUID
) -> None:
    copied = tmp_path / "damaged"
    shutil.copytree(tmp_path / "registers", copied / "registers")
    for folder in indexes(copied):
        (folder / "names.rows").write_bytes(b"torn")
    with opened_database(test_database.app_url, derived=copied) as elsewhere:
        assert screened(elsewhere, keyring, gift_id).outcome is Outcome.HOLD
        until_allowed(elsewhere, keyring, gift_id)


@pytest.mark.usefixtures("machine")
def test_without_a_folder_for_indexes_every_gift_is_held(
    test_database: TestDatabase, keyring: Keyring, gift_id: uuid.UUID
) -> None:
    with opened_database(test_database.app_url) as database:
        result = screened(database, keyring, gift_id)
    assert result.outcome is Outcome.HOLD
    assert result.facts.failure == "This process has no folder for its indexes."


def test_a_folder_that_cannot_be_written_holds_and_says_so_at_the_import(
    test_database: TestDatabase, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    with opened_database(test_database.app_url, derived=tmp_path / "file") as database:
        with pytest.raises(Unavailable, match="cannot be written"), database.transaction() as session:
            prepare_screening(session)
        with database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM register_version")).scalar_one() == 0


def test_a_new_version_has_its_index_before_it_is_in_force_and_old_decisions_replay(
    machine: Database, tmp_path: Path, keyring: Keyring, gift_id: uuid.UUID
) -> None:
    before = screened(machine, keyring, gift_id, "Brand New Committee")
    assert before.outcome is Outcome.ALLOW
    grown = (*ENTRIES, Entry(key="C00900009", name="BRAND NEW COMMITTEE"))
    with machine.transaction() as session:
        load_register(session, register_file(grown), now=NOW)
        assert len(indexes(tmp_path)) == 2
    assert screened(machine, keyring, gift_id, "Brand New Committee").outcome is not Outcome.ALLOW
    with machine.transaction() as session:
        assert replay(session, before.id, keyring=keyring).same


def test_only_the_indexes_of_the_last_two_versions_are_kept(
    machine: Database, tmp_path: Path, keyring: Keyring, gift_id: uuid.UUID
) -> None:
    first = screened(machine, keyring, gift_id)
    for number in range(2):
        entries = (*ENTRIES, Entry(key=f"C0090001{number}", name="ANOTHER COMMITTEE"))
        with machine.transaction() as session:
            load_register(session, register_file(entries), now=NOW)
            forget_old_indexes(session)
    assert len(indexes(tmp_path)) == 2
    with machine.transaction() as session:
        assert replay(session, first.id, keyring=keyring).same
