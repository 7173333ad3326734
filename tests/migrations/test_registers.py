"""What migration 0004 does to registers that are stored already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factually.foundation.schema import alembic_config, upgrade
from factually.independence.registers.entries import Entry, content_hash
from factually.independence.registers.stored import entries_of, store_entries
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.databases import TestDatabase

BEFORE = """
    INSERT INTO register_version (kind, source, as_of, sha256, row_count, loaded_at)
    VALUES ('fec_committees', 'made up', '2026-01-30', repeat('0', 64), 2, '2026-11-24T12:00Z');
    INSERT INTO register_retrieval (version_id, retrieved_at) VALUES (1, '2026-11-24T12:00Z');
    INSERT INTO register_entry (version_id, key, name, namesake, details) VALUES
        (1, 'C00000059', 'HALLMARK PAC (HALLPAC)', false, '{"type": "Q", "first_cycle": 2014}'),
        (1, 'C00900004', 'MARIA MADEUP', true, '{}'),
        (1, 'C00900005', '???', false, '{}');
    INSERT INTO register_name (version_id, canonical, key, kind, text, generic) VALUES
        (1, 'hallpac', 'C00000059', 'alias', 'HALLMARK PAC (HALLPAC)', false),
        (1, 'hallmark cards', 'C00000059', 'former_name', 'HALLMARK CARDS', false),
        (1, 'hallmark pac hallpac', 'C00000059', 'name', 'HALLMARK PAC (HALLPAC)', false),
        (1, 'maria madeup', 'C00900004', 'name', 'MARIA MADEUP', false);
"""
ENTRIES = [
    Entry(
        key="C00000059",
        name="HALLMARK PAC (HALLPAC)",
        former_names=("HALLMARK CARDS",),
        details={"type": "Q", "first_cycle": 2014},
    ),
    Entry(key="C00900004", name="MARIA MADEUP", namesake=True),
    Entry(key="C00900005", name="???"),
]


def before(test_database: TestDatabase, owner_database: Database) -> None:
    command.downgrade(alembic_config(test_database.owner_url, ROOT), "0003")
    with owner_database.transaction() as session:
        session.execute(text(BEFORE))


def test_stored_registers_keep_their_rows_and_names(
    test_database: TestDatabase, owner_database: Database, database: Database
) -> None:
    before(test_database, owner_database)
    upgrade(test_database.owner_url, ROOT)
    with database.transaction() as session:
        assert list(entries_of(session, 1)) == ENTRIES
        hashes = session.execute(text("SELECT content_hash FROM register_entry ORDER BY key")).scalars()
        assert [bytes(value) for value in hashes] == [content_hash(entry) for entry in ENTRIES]


def test_stored_registers_stay_append_only(test_database: TestDatabase, owner_database: Database) -> None:
    before(test_database, owner_database)
    upgrade(test_database.owner_url, ROOT)
    for table in ("register_entry", "register_name"):
        with pytest.raises(DBAPIError, match="append-only"), owner_database.transaction() as session:
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - two tables of ours


def test_a_downgrade_keeps_what_the_old_tables_can_hold(
    test_database: TestDatabase, owner_database: Database
) -> None:
    before(test_database, owner_database)
    upgrade(test_database.owner_url, ROOT)
    with owner_database.transaction() as session:
        filer = Entry(key="C00000002", name="MADE-UP UNION", filer=True)
        sponsored = Entry(key="C00000003", name="OTHER PAC", sponsors=("SPONSOR",), ein="012345678")
        store_entries(session, 1, [filer, sponsored])
    command.downgrade(alembic_config(test_database.owner_url, ROOT), "0003")
    with owner_database.transaction() as session:
        keys = session.execute(text("SELECT key FROM register_entry ORDER BY key")).scalars().all()
        names = session.execute(text("SELECT canonical, key, kind FROM register_name ORDER BY 1")).all()
    assert keys == ["C00000003", "C00000059", "C00900004", "C00900005"]
    assert names == [
        ("???", "C00900005", "name"),
        ("hallmark cards", "C00000059", "former_name"),
        ("hallmark pac (hallpac)", "C00000059", "name"),
        ("maria madeup", "C00900004", "name"),
        ("other pac", "C00000003", "name"),
    ]
