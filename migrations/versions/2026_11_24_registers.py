"""Registers of every kind, each row with all its names as the source spells them, and a hash to compare it by.

Revision: 0004
After: 0003
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import rfc8785
import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

revision = "0004"
down_revision = "0003"

KINDS = "'name', 'former_name', 'other_name', 'sponsor', 'domain'"
FORMER_KINDS = "'name', 'former_name', 'alias'"


def upgrade() -> None:
    """Add the new columns and fill them for the versions that are stored already."""
    op.add_column(
        "register_entry", sa.Column("filer", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("register_entry", sa.Column("ein", sa.Text(), nullable=True))
    op.add_column("register_entry", sa.Column("content_hash", sa.LargeBinary(), nullable=True))
    op.add_column("register_name", sa.Column("position", sa.BigInteger(), nullable=True))
    with _unguarded("register_entry"), _unguarded("register_name"):
        _hash_entries()
        op.execute("DELETE FROM register_name WHERE kind = 'alias'")
        _number_names()
        _name_the_nameless()
    op.alter_column("register_entry", "filer", server_default=None)
    op.alter_column("register_entry", "content_hash", nullable=False)
    op.create_check_constraint(
        op.f("ck_register_entry_content_hash_size"), "register_entry", "octet_length(content_hash) = 32"
    )
    op.create_check_constraint(op.f("ck_register_entry_ein_digits"), "register_entry", "ein ~ '^[0-9]{9}$'")
    op.create_index(
        "ix_register_entry_ein",
        "register_entry",
        ["ein", "version_id"],
        postgresql_where=sa.text("ein IS NOT NULL"),
    )
    op.create_primary_key("pk_register_name", "register_name", ["version_id", "key", "position"])
    op.drop_column("register_name", "canonical")
    op.drop_column("register_name", "generic")
    _allow_kinds(KINDS)


def downgrade() -> None:
    """Keep what the old tables can hold: rows that are no mere filers, found by their names as they stand."""
    op.add_column("register_name", sa.Column("canonical", sa.Text(), nullable=True))
    op.add_column("register_name", sa.Column("generic", sa.Boolean(), nullable=True))
    with _unguarded("register_entry"), _unguarded("register_name"):
        op.execute(
            "DELETE FROM register_name name USING register_entry entry "
            "WHERE (entry.version_id, entry.key) = (name.version_id, name.key) "
            "AND (name.kind NOT IN ('name', 'former_name') OR entry.filer)"
        )
        op.execute("DELETE FROM register_entry WHERE filer")
        op.execute("UPDATE register_name SET canonical = lower(text), generic = false")
        op.execute(
            "DELETE FROM register_name name USING register_name earlier "
            "WHERE (earlier.version_id, earlier.key, earlier.kind, earlier.canonical) "
            "= (name.version_id, name.key, name.kind, name.canonical) AND earlier.position < name.position"
        )
    op.drop_constraint("pk_register_name", "register_name")
    op.drop_column("register_name", "position")
    _allow_kinds(FORMER_KINDS)
    op.alter_column("register_name", "canonical", nullable=False)
    op.alter_column("register_name", "generic", nullable=False)
    op.create_primary_key("pk_register_name", "register_name", ["version_id", "canonical", "key", "kind"])
    op.drop_index("ix_register_entry_ein", "register_entry")
    for column in ("content_hash", "ein", "filer"):
        op.drop_column("register_entry", column)


@contextmanager
def _unguarded(table: str) -> Iterator[None]:
    """Lift the guard of an append-only table while its rows change their shape; ALTER TABLE locks it anyway."""
    op.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
    yield
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")


def _allow_kinds(kinds: str) -> None:
    name = op.f("ck_register_name_kind_known")
    op.drop_constraint(name, "register_name")
    op.create_check_constraint(name, "register_name", f"kind IN ({kinds})")


def _number_names() -> None:
    op.execute(
        """
        UPDATE register_name name SET position = numbered.position
        FROM (
            SELECT version_id, canonical, key, kind, row_number() OVER (
                PARTITION BY version_id, key
                ORDER BY array_position(ARRAY['name', 'former_name'], kind), canonical
            ) - 1 AS position
            FROM register_name
        ) numbered
        WHERE (name.version_id, name.canonical, name.key, name.kind)
            = (numbered.version_id, numbered.canonical, numbered.key, numbered.kind)
        """
    )


def _name_the_nameless() -> None:
    """Give a row its own name that had none: names without letters or digits were left out."""
    op.drop_constraint("pk_register_name", "register_name")
    op.alter_column("register_name", "canonical", nullable=True)
    op.alter_column("register_name", "generic", nullable=True)
    op.execute(
        """
        INSERT INTO register_name (version_id, key, position, kind, text)
        SELECT entry.version_id, entry.key, coalesce(max(name.position) + 1, 0), 'name', entry.name
        FROM register_entry entry LEFT JOIN register_name name USING (version_id, key)
        GROUP BY entry.version_id, entry.key
        HAVING count(*) FILTER (WHERE name.kind = 'name') = 0
        """
    )


def _hash_entries() -> None:
    """Hash each stored row as `registers.entries.content_hash` did when this revision was written.

    The hash is RFC 8785 JSON, which SQL can't write, so the rows travel once through this process.
    """
    connection = cast("Connection", op.get_bind().connection.driver_connection)
    connection.execute(
        "CREATE TEMPORARY TABLE hashed (version_id bigint, key text, content_hash bytea) ON COMMIT DROP"
    )
    rows = connection.execute(
        """
        SELECT entry.version_id, entry.key, entry.name, entry.namesake, entry.details,
            coalesce(former.names, '{}')
        FROM register_entry entry LEFT JOIN (
            SELECT version_id, key, array_agg(text) AS names FROM register_name
            WHERE kind = 'former_name' GROUP BY version_id, key
        ) former USING (version_id, key)
        """
    ).fetchall()
    with connection.cursor().copy("COPY hashed FROM STDIN") as copy:
        for version_id, key, name, namesake, details, former_names in rows:
            content = rfc8785.dumps(
                {
                    "key": key,
                    "name": name,
                    "former_names": sorted(former_names),
                    "other_names": [],
                    "sponsors": [],
                    "domains": [],
                    "ein": None,
                    "filer": False,
                    "namesake": namesake,
                    "details": details,
                }
            )
            copy.write_row((version_id, key, hashlib.sha256(content).digest()))
    # Without figures the planner takes the new table for an empty one, and joins row by row.
    op.execute("ANALYZE hashed, register_entry, register_name")
    op.execute(
        """
        UPDATE register_entry entry SET content_hash = hashed.content_hash FROM hashed
        WHERE (entry.version_id, entry.key) = (hashed.version_id, hashed.key)
        """
    )
