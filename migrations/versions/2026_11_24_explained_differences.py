"""Why a difference between Stripe, books and gifts is as it should be, in a person's words.

Revision: 0021
After: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

APPEND_ONLY = ("reconciliation_explanation",)
KINDS = (
    "'missing_in_books', 'unknown_to_stripe', 'posted_otherwise', 'unknown_kind', 'without_gift', "
    "'gift_differs', 'balance_differs'"
)


def upgrade() -> None:
    """Add the table, which only grows."""
    op.create_table(
        "reconciliation_explanation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("extent", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("explained_by", sa.Uuid(), nullable=False),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_reconciliation_explanation_kind_known")),
        sa.CheckConstraint(
            "length(reason) BETWEEN 10 AND 5000", name=op.f("ck_reconciliation_explanation_reason_length")
        ),
        sa.ForeignKeyConstraint(
            ["explained_by"], ["account.id"], name=op.f("fk_reconciliation_explanation_explained_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_explanation")),
        sa.UniqueConstraint(
            "kind",
            "subject",
            "extent",
            name=op.f("uq_reconciliation_explanation_kind_subject_extent"),
        ),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reconciliation_explanation "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON reconciliation_explanation "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute("GRANT SELECT, INSERT ON reconciliation_explanation TO factually_app")
    op.execute("GRANT USAGE ON SEQUENCE reconciliation_explanation_id_seq TO factually_app")


def downgrade() -> None:
    """Take the explanations away: what they explained counts as open again."""
    op.drop_table("reconciliation_explanation")
