"""Runs over past donors say why they were asked for, and by which engine; one run for each new engine.

Revision: 0011
After: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

FORMER = ("id", "old_version", "new_version", "whole", "requested_at")
FIXED = (*FORMER, "cause", "engine")
SET_ONCE = ("changed_rows", "started_at", "finished_at")


def upgrade() -> None:
    """Add cause and engine; of older runs the cause can be told, the engine is not known."""
    op.add_column("rescreening_run", sa.Column("cause", sa.Text(), nullable=True))
    op.add_column("rescreening_run", sa.Column("engine", sa.Text(), nullable=True))
    # A policy and its run are written in one transaction, by one clock reading.
    op.execute(
        """
        UPDATE rescreening_run SET cause = CASE
            WHEN NOT whole THEN 'register'
            WHEN EXISTS (SELECT FROM policy_version WHERE published_at = requested_at) THEN 'policy'
            ELSE 'request'
        END
        """
    )
    op.alter_column("rescreening_run", "cause", nullable=False)
    for name, condition in (
        ("cause_known", "cause IN ('register', 'policy', 'engine', 'request')"),
        ("whole_unless_register", "whole = (cause <> 'register')"),
        ("engine_named", "cause <> 'engine' OR engine IS NOT NULL"),
    ):
        op.create_check_constraint(op.f(f"ck_rescreening_run_{name}"), "rescreening_run", condition)
    op.create_index(
        "uq_rescreening_run_engine",
        "rescreening_run",
        ["engine"],
        unique=True,
        postgresql_where=sa.text("cause = 'engine'"),
    )
    _guard(FIXED)


def downgrade() -> None:
    """Forget causes and engines again."""
    _guard(FORMER)
    op.drop_index("uq_rescreening_run_engine", "rescreening_run")
    for column in ("cause", "engine"):
        op.drop_column("rescreening_run", column)


def _guard(fixed: tuple[str, ...]) -> None:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in fixed)
    reset = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})" for column in SET_ONCE
    )
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION guard_rescreening_run() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {changed} OR {reset} THEN
                RAISE EXCEPTION 'a re-screening only goes forward' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
