from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.queries import known_register_versions
from factually.independence.registers import loading
from factually.independence.registers.in_force import StoredRegisters, registers_in_force
from factually.independence.registers.loading import load_register, packaged_register
from tests.support.independence_factories import AS_OF, ENTRIES, NOW, register_csv, register_file

if TYPE_CHECKING:
    from factually.foundation.database import Database

OTHER = register_file(ENTRIES[:2])


def test_a_loaded_register_is_in_force_with_both_of_its_dates(database: Database) -> None:
    with database.transaction() as session:
        loaded = load_register(session, register_file(), now=NOW)
    with database.reading() as connection:
        (register,) = registers_in_force(connection)
    assert loaded.new
    assert (register.version_id, register.row_count) == (loaded.version_id, len(ENTRIES))
    assert (register.as_of, register.retrieved_at) == (AS_OF, NOW)


def test_the_same_content_again_only_renews_the_day_of_retrieval(database: Database) -> None:
    week_later = NOW + timedelta(days=7)
    packed = replace(register_file(), data=gzip.compress(register_csv()))
    with database.transaction() as session:
        first = load_register(session, register_file(), now=NOW)
        again = load_register(session, packed, now=week_later)
    with database.reading() as connection:
        (register,) = registers_in_force(connection)
        (version,) = known_register_versions(connection)
    assert not again.new
    assert again.version_id == first.version_id
    assert register.retrieved_at == version.retrieved_at == week_later


def test_the_version_that_the_source_was_last_found_to_be_is_in_force(database: Database) -> None:
    with database.transaction() as session:
        first = load_register(session, register_file(), now=NOW)
        second = load_register(session, replace(OTHER, as_of=date(2026, 2, 1)), now=NOW + timedelta(days=1))
        assert registers_in_force(session)[0].version_id == second.version_id
        load_register(session, register_file(), now=NOW + timedelta(days=2))
        assert registers_in_force(session)[0].version_id == first.version_id
    with database.reading() as connection:
        assert [version.id for version in known_register_versions(connection)] == [2, 1]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (register_csv()[:-1], "ends in the middle"),
        (gzip.compress(register_csv())[:-9], "compressed file is damaged"),
        (b"\x1f\x8b\x00 no gzip at all", "compressed file is damaged"),
        (b"", "ends in the middle"),
    ],
)
def test_a_damaged_file_leaves_the_old_version_in_force(
    database: Database, data: bytes, message: str
) -> None:
    with database.transaction() as session:
        load_register(session, register_file(), now=NOW)
    with pytest.raises(InvalidInput, match=message), database.transaction() as session:
        load_register(session, replace(register_file(), data=data), now=NOW + timedelta(days=1))
    with database.reading() as connection:
        assert registers_in_force(connection)[0].retrieved_at == NOW


def test_a_packed_file_that_unpacks_beyond_any_register_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "LARGEST_FILE", 100)
    packed = replace(register_file(), data=gzip.compress(register_csv()))
    with database.transaction() as session, pytest.raises(InvalidInput, match="larger than any register"):
        load_register(session, packed, now=NOW)


def test_an_unknown_kind_is_refused(database: Database) -> None:
    with database.transaction() as session, pytest.raises(InvalidInput, match="fec_committees"):
        load_register(session, replace(register_file(), kind="moon_parties"), now=NOW)


def test_the_shipped_register_is_loaded_and_found_by_exact_name_and_id(database: Database) -> None:
    with database.transaction() as session:
        loaded = load_register(session, packaged_register(), now=NOW)
        lookup = StoredRegisters(session, registers_in_force(session))
        (name,) = lookup.names(["republican national committee"])
        (row,) = lookup.rows(["C00003418"])
        shared = lookup.names(["we people"])
    assert loaded.row_count == 47_995
    assert name.row == row
    assert row.name == "REPUBLICAN NATIONAL COMMITTEE"
    assert len({other.row.key for other in shared}) > 1
