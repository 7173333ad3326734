"""What the app's role may do in the database, as a reviewed list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from factually.foundation.database import Database

EXPECTED = json.loads(Path(__file__).with_name("grants.json").read_text())
GRANTS = text(
    """
    SELECT table_name, array_agg(privilege_type::text ORDER BY privilege_type::text)
    FROM information_schema.role_table_grants
    WHERE grantee = 'factually_app' AND table_schema = 'public' GROUP BY 1 ORDER BY 1
    """,
)


def test_the_apps_role_has_exactly_the_reviewed_grants(owner_database: Database) -> None:
    with owner_database.transaction() as session:
        assert {table: list(privileges) for table, privileges in session.execute(GRANTS)} == EXPECTED


def test_no_table_is_open_to_everyone(owner_database: Database) -> None:
    public = text(
        "SELECT table_name FROM information_schema.role_table_grants "
        "WHERE grantee = 'PUBLIC' AND table_schema = 'public'",
    )
    with owner_database.transaction() as session:
        assert session.execute(public).all() == []
