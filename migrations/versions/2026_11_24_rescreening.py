"""Screening donors again when a register changes: runs in partitions, cases on taken money, and their decisions.

Revision: 0006
After: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

APPEND_ONLY = ("rescreening_case", "rescreening_decision")
CHANGING = ("rescreening_partition", "rescreening_run")
STAGES = "'before_authorisation', 'after_authorisation', 'renewal', 'rescreening'"
FORMER_STAGES = "'before_authorisation', 'after_authorisation'"
FIXED = {
    "rescreening_partition": ("run_id", "number", "walks", "first", "last"),
    "rescreening_run": ("id", "old_version", "new_version", "whole", "requested_at"),
}
SET_ONCE = {
    "rescreening_partition": ("finished_at",),
    "rescreening_run": ("changed_rows", "started_at", "finished_at"),
}
GROWING = {"rescreening_partition": ("cursor", "screened", "unreadable", "opened"), "rescreening_run": ()}


def upgrade() -> None:
    """Add the tables, and let screenings say that they were made at a renewal or again."""
    _allow_stages(STAGES)
    _make_runs()
    _make_cases()
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"GRANT SELECT, INSERT ON {table} TO factually_app")
    for table in CHANGING:
        _guard(table)
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO factually_app")
    op.execute("GRANT USAGE ON SEQUENCE rescreening_run_id_seq TO factually_app")


def downgrade() -> None:
    """Take it all away, and with it the screenings that the old tables have no word for."""
    for table in ("rescreening_decision", "rescreening_case", "rescreening_partition", "rescreening_run"):
        op.drop_table(table)
    op.execute("DROP FUNCTION guard_rescreening_partition()")
    op.execute("DROP FUNCTION guard_rescreening_run()")
    for table in ("screening_finding", "screening"):
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
    op.execute(
        "DELETE FROM screening_finding finding USING screening "
        "WHERE screening.id = finding.screening_id AND screening.stage IN ('renewal', 'rescreening')"
    )
    op.execute("DELETE FROM screening WHERE stage IN ('renewal', 'rescreening')")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("screening", "screening_finding"):
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")
    _allow_stages(FORMER_STAGES)


def _allow_stages(stages: str) -> None:
    name = op.f("ck_screening_stage_known")
    op.drop_constraint(name, "screening")
    op.create_check_constraint(name, "screening", f"stage IN ({stages})")


def _make_runs() -> None:
    op.create_table(
        "rescreening_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("old_version", sa.BigInteger(), nullable=True),
        sa.Column("new_version", sa.BigInteger(), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_rows", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("whole OR new_version IS NOT NULL", name=op.f("ck_rescreening_run_has_a_cause")),
        sa.CheckConstraint(
            "finished_at IS NULL OR started_at IS NOT NULL",
            name=op.f("ck_rescreening_run_started_before_finished"),
        ),
        sa.ForeignKeyConstraint(
            ["old_version"], ["register_version.id"], name=op.f("fk_rescreening_run_old_version")
        ),
        sa.ForeignKeyConstraint(
            ["new_version"], ["register_version.id"], name=op.f("fk_rescreening_run_new_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescreening_run")),
    )
    op.create_index(
        "ix_rescreening_run_open", "rescreening_run", ["id"], postgresql_where=sa.text("finished_at IS NULL")
    )
    op.create_table(
        "rescreening_partition",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("walks", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("screened", sa.BigInteger(), nullable=False),
        sa.Column("unreadable", sa.BigInteger(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("walks IN ('rows', 'donors')", name=op.f("ck_rescreening_partition_walks_known")),
        sa.CheckConstraint(
            "first <= last AND cursor BETWEEN first - 1 AND last",
            name=op.f("ck_rescreening_partition_cursor_within"),
        ),
        sa.CheckConstraint(
            "(finished_at IS NOT NULL) = (cursor = last)",
            name=op.f("ck_rescreening_partition_finished_at_its_end"),
        ),
        sa.CheckConstraint(
            "screened >= 0 AND unreadable >= 0 AND opened >= 0",
            name=op.f("ck_rescreening_partition_counts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["rescreening_run.id"], name=op.f("fk_rescreening_partition_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_rescreening_partition")),
    )


def _make_cases() -> None:
    op.create_table(
        "rescreening_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("row_index", sa.LargeBinary(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_by", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(row_index) = 32", name=op.f("ck_rescreening_case_row_index_size")),
        sa.CheckConstraint("return_by > opened_at", name=op.f("ck_rescreening_case_time_to_return")),
        sa.ForeignKeyConstraint(["run_id"], ["rescreening_run.id"], name=op.f("fk_rescreening_case_run_id")),
        sa.ForeignKeyConstraint(
            ["screening_id", "position"],
            ["screening_finding.screening_id", "screening_finding.position"],
            name="fk_rescreening_case_finding",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescreening_case")),
        sa.UniqueConstraint("gift_id", "row_index", name=op.f("uq_rescreening_case_gift_id_row_index")),
    )
    op.create_index("ix_rescreening_case_return_by", "rescreening_case", ["return_by"])
    op.create_table(
        "rescreening_decision",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("remedy IN ('keep', 'return')", name=op.f("ck_rescreening_decision_remedy_known")),
        sa.CheckConstraint("octet_length(reason) >= 39", name=op.f("ck_rescreening_decision_reason_given")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["rescreening_case.id"], name=op.f("fk_rescreening_decision_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_rescreening_decision_reviewer_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_rescreening_decision")),
    )


def _guard(table: str) -> None:
    """Let a run only go forward: what was asked never changes, moments are set once, counts and cursor grow."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FIXED[table])
    reset = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})"
        for column in SET_ONCE[table]
    )
    shrunk = "".join(f" OR NEW.{column} < OLD.{column}" for column in GROWING[table])
    op.execute(
        f"""
        CREATE FUNCTION guard_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {changed} OR {reset}{shrunk} THEN
                RAISE EXCEPTION 'a re-screening only goes forward' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        f"CREATE TRIGGER guard_{table} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION guard_{table}()"
    )
    op.execute(
        f"CREATE TRIGGER keep_{table} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER keep_{table}_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
