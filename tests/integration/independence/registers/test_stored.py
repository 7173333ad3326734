from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from factually.independence.models import RegisterEntry, RegisterName, RegisterVersion
from factually.independence.registers.entries import Entry, content_hash
from factually.independence.registers.loading import load_register
from factually.independence.registers.stored import entries_of, store_entries
from tests.support.independence_factories import AS_OF, NOW, register_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from factually.foundation.database import Database

FULL = Entry(
    key="C00000059",
    name="HALLMARK CARDS, INC. PAC (HALLPAC)",
    former_names=("HALLMARK CARDS PAC", "HALLMARK CARDS, INC. PAC"),
    other_names=("Ħallmark", "HALLPAC"),
    sponsors=("HALLMARK CARDS, INC.", "A SECOND ONE"),
    domains=("news.example.org", "example.org"),
    ein="012345678",
    namesake=True,
    details={"type": "Q", "cycles": [2014, 2026], "state": None},
)
BARE = Entry(key="C00000001", name="???")
UNION = Entry(key="C00000002", name="MADE-UP UNION", filer=True)


def stored(session: Session, entries: Sequence[Entry]) -> int:
    version = RegisterVersion(
        kind="fec_committees",
        source="made for tests",
        as_of=AS_OF,
        sha256="0" * 64,
        row_count=len(entries),
        loaded_at=NOW,
    )
    session.add(version)
    session.flush()
    store_entries(session, version.id, entries)
    return version.id


def test_rows_come_back_whole_and_ordered_by_key(database: Database) -> None:
    with database.transaction() as session:
        version_id = stored(session, [FULL, UNION, BARE])
        assert list(entries_of(session, version_id)) == [BARE, UNION, FULL]


def test_the_rows_of_another_version_stay_out(database: Database) -> None:
    with database.transaction() as session:
        version_id = stored(session, [FULL])
        load_register(session, register_file(), now=NOW)
        assert list(entries_of(session, version_id)) == [FULL]


def test_keys_are_ordered_byte_by_byte_whatever_the_database_collates(database: Database) -> None:
    keys = ["B", "a", "A", "ä", "_", "b"]
    with database.transaction() as session:
        version_id = stored(session, [replace(BARE, key=key) for key in keys])
        assert [entry.key for entry in entries_of(session, version_id)] == sorted(keys)


def test_each_row_is_stored_with_the_hash_of_its_content(database: Database) -> None:
    with database.transaction() as session:
        stored(session, [FULL, BARE])
        hashes = dict(session.execute(select(RegisterEntry.key, RegisterEntry.content_hash)).all())
    assert hashes == {entry.key: content_hash(entry) for entry in (FULL, BARE)}


def test_whoever_watches_is_told_how_many_rows_were_sent(database: Database) -> None:
    told: list[tuple[int, int]] = []
    with database.transaction() as session:
        version_id = stored(session, [FULL])
        store_entries(
            session, version_id, [UNION, BARE], progress=lambda sent, total: told.append((sent, total))
        )
        texts = session.scalars(select(RegisterName.text).where(RegisterName.key == UNION.key)).all()
    assert told == [(0, 4), (2, 4), (2, 4), (4, 4)]
    assert texts == [UNION.name]


def test_many_new_rows_are_read_whatever_the_database_knows_of_them(database: Database) -> None:
    entries = [Entry(key=f"C{number:08}", name=f"MADE-UP {number}") for number in range(8_000)]
    with database.transaction() as session:
        version_id = stored(session, entries)
        # How a database joins that takes the rows of its own transaction for a handful.
        for setting in ("enable_hashjoin = off", "enable_mergejoin = off", "statement_timeout = '1s'"):
            session.execute(text(f"SET LOCAL {setting}"))
        assert list(entries_of(session, version_id)) == entries
