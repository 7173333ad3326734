from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.matching import Stated, StatedName
from factually.independence.queries import known_register_versions
from factually.independence.registers import unpacking
from factually.independence.registers.engine import matcher_over
from factually.independence.registers.entries import content_hash
from factually.independence.registers.in_force import registers_in_force
from factually.independence.registers.kinds import REGISTER_KINDS
from factually.independence.registers.loading import (
    RegisterFile,
    is_superseded,
    load_register,
    packaged_registers,
)
from factually.independence.registers.stored import entries_of
from tests.support.independence_factories import AS_OF, ENTRIES, NOW, register_csv, register_file
from tests.support.register_files import (
    AEC,
    BMF_OFFICIAL,
    CA_PARTIES,
    EMAIL_DOMAINS,
    FEC_MASTER,
    FORM_8871,
    PARTY_FACTS,
    UK_PARTIES,
    lines,
    master_row,
)

if TYPE_CHECKING:
    from factually.foundation.database import Database

OTHER = register_file(ENTRIES[:2])


def zipped(*files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("data")
        for number, data in enumerate(files):
            archive.writestr(f"data/{number}.csv", data)
    return target.getvalue()


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


def test_a_zipped_file_is_the_same_register(database: Database) -> None:
    with database.transaction() as session:
        first = load_register(session, register_file(), now=NOW)
        again = load_register(session, replace(register_file(), data=zipped(register_csv())), now=NOW)
    assert (again.version_id, again.new) == (first.version_id, False)


def test_the_version_in_force_before_is_told(database: Database) -> None:
    with database.transaction() as session:
        first = load_register(session, register_file(), now=NOW)
        second = load_register(session, OTHER, now=NOW + timedelta(days=1))
    assert (first.previous_id, second.previous_id) == (None, first.version_id)


def test_a_committee_is_found_by_the_name_it_bore_in_an_earlier_version(database: Database) -> None:
    renamed = lines(master_row(CMTE_NM="FIGHT FOR NOBODY PAC"))
    back = lines(master_row())
    with database.transaction() as session:
        for days, data in enumerate((FEC_MASTER, renamed, back)):
            file = replace(register_file(), data=data)
            version_id = load_register(session, file, now=NOW + timedelta(days=days)).version_id
        (entry,) = entries_of(session, version_id)
    assert (entry.name, entry.former_names) == ("MADE-UP PAC", ("FIGHT FOR NOBODY PAC",))


def test_another_mapping_of_the_same_file_is_another_version(database: Database) -> None:
    mapped = RegisterFile(
        kind="us_lobbying",
        data=UK_PARTIES,
        source="made up",
        as_of=AS_OF,
        mapping=b'key="ec_id"\nname="name"',
    )
    with database.transaction() as session:
        first = load_register(session, mapped, now=NOW)
        second = load_register(
            session, replace(mapped, mapping=b'key="name"\nname="name"'), now=NOW + timedelta(days=1)
        )
        assert [entry.key for entry in entries_of(session, first.version_id)] == ["PP90001", "PP90002"]
        assert second.new
        with pytest.raises(InvalidInput, match="needs a mapping file"):
            load_register(session, replace(mapped, mapping=b""), now=NOW)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("fec_committees", FEC_MASTER),
        ("irs_8871", FORM_8871),
        ("irs_eo_bmf", BMF_OFFICIAL),
        ("political_email_domains", EMAIL_DOMAINS),
        ("uk_parties", UK_PARTIES),
        ("ca_parties", CA_PARTIES),
        ("au_aec_entities", AEC),
        ("party_facts", PARTY_FACTS),
    ],
)
def test_every_kind_of_register_is_stored_as_it_was_read(database: Database, kind: str, data: bytes) -> None:
    parse = REGISTER_KINDS[kind].parse
    assert parse
    with database.transaction() as session:
        loaded = load_register(session, replace(register_file(), kind=kind, data=data), now=NOW)
        stored = list(entries_of(session, loaded.version_id))
    read = sorted(parse(data), key=lambda entry: entry.key)
    assert [content_hash(entry) for entry in stored] == [content_hash(entry) for entry in read]
    assert loaded.row_count == len(stored)


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
        (zipped(register_csv())[:-9], "compressed file is damaged"),
        (zipped(register_csv(), b"and another"), "holds 2 files instead of one"),
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
    monkeypatch.setattr(unpacking, "LARGEST_FILE", 100)
    packed = replace(register_file(), data=gzip.compress(register_csv()))
    with database.transaction() as session, pytest.raises(InvalidInput, match="larger than any register"):
        load_register(session, packed, now=NOW)


def test_an_unknown_kind_is_refused(database: Database) -> None:
    with database.transaction() as session, pytest.raises(InvalidInput, match="fec_committees"):
        load_register(session, replace(register_file(), kind="moon_parties"), now=NOW)


def test_the_shipped_registers_are_loaded_and_their_rows_are_found(database: Database) -> None:
    with database.transaction() as session:
        loaded = {file.kind: load_register(session, file, now=NOW).row_count for file in packaged_registers()}
        matcher = matcher_over(session, registers_in_force(session))
    assert loaded == {"fec_committees": 47_995, "political_email_domains": 265}
    for text in ("Republican National Committee", "C00003418", "Republican Natoinal Comittee"):
        name = StatedName(field="organisation_name", text=text, what=Stated.ORGANISATION)
        best = matcher.find([name])[0]
        assert best.row is not None
        assert (best.row.key, best.row.name) == ("C00003418", "REPUBLICAN NATIONAL COMMITTEE")


def test_a_snapshot_is_superseded_by_any_other_version(database: Database) -> None:
    with database.transaction() as session:
        assert not is_superseded(session, register_file())
        load_register(session, register_file(), now=NOW)
        assert not is_superseded(session, register_file())
        load_register(session, OTHER, now=NOW + timedelta(days=1))
        assert is_superseded(session, register_file())
