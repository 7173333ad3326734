"""What each reconciliation of Stripe, books and gifts found.

Revision: 0009
After: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

APPEND_ONLY = ("reconciliation_balance", "reconciliation_difference", "reconciliation_run")
KINDS = (
    "'missing_in_books', 'unknown_to_stripe', 'posted_otherwise', 'unknown_kind', 'without_gift', "
    "'gift_differs', 'balance_differs'"
)


def upgrade() -> None:
    """Add the tables, which only grow."""
    op.create_table(
        "reconciliation_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("movements", sa.BigInteger(), nullable=False),
        sa.Column("posted", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "posted BETWEEN 0 AND movements", name=op.f("ck_reconciliation_run_posted_of_walked")
        ),
        sa.CheckConstraint(
            "started_at <= finished_at", name=op.f("ck_reconciliation_run_started_before_finished")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_run")),
    )
    op.create_table(
        "reconciliation_balance",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("stripe_minor", sa.BigInteger(), nullable=False),
        sa.Column("books_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["reconciliation_run.id"],
            name=op.f("fk_reconciliation_balance_run_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("run_id", "currency", name=op.f("pk_reconciliation_balance")),
    )
    op.create_table(
        "reconciliation_difference",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("mending", sa.Text(), nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_reconciliation_difference_kind_known")),
        sa.CheckConstraint(
            "mending IN ('posted', 'settling_queued')",
            name=op.f("ck_reconciliation_difference_mending_known"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["reconciliation_run.id"],
            name=op.f("fk_reconciliation_difference_run_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_reconciliation_difference")),
    )
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
    op.execute("GRANT USAGE ON SEQUENCE reconciliation_run_id_seq TO factually_app")


def downgrade() -> None:
    """Take the reports away; a new run finds again what still differs."""
    for table in ("reconciliation_difference", "reconciliation_balance", "reconciliation_run"):
        op.drop_table(table)
