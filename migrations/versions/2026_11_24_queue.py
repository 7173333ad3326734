"""The job queue's own tables, as Procrastinate 3.10.0 ships them (MIT licence).

Revision: 0001
After: nothing

Kept as a copy: what a released migration does must not change with the library's version.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

_SCHEMA = Path(__file__).parents[1] / "sql" / "procrastinate_3_10_0.sql"
_TABLES = (
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)
_TYPES = ("procrastinate_job_status", "procrastinate_job_event_type", "procrastinate_job_to_defer_v1")


def upgrade() -> None:
    """Create the queue, and let the app's role use it."""
    op.execute(
        """
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'factually_app') THEN
                CREATE ROLE factually_app NOLOGIN;
            END IF;
        END $$
        """,
    )
    # The driver takes several statements at once only without parameters, as here.
    op.get_bind().exec_driver_sql(_SCHEMA.read_text().replace("%", "%%"))
    for table in _TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO factually_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO factually_app")


def downgrade() -> None:
    """Drop the queue; the role stays, since other databases may use it."""
    for table in _TABLES:
        op.execute(f"DROP TABLE {table} CASCADE")
    op.execute(
        """
        DO $$ DECLARE made regprocedure; BEGIN
            FOR made IN SELECT oid FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
                EXECUTE 'DROP FUNCTION ' || made || ' CASCADE';
            END LOOP;
        END $$
        """,
    )
    for name in _TYPES:
        op.execute(f"DROP TYPE {name} CASCADE")
