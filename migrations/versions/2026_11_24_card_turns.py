"""Turns of cards: who may go to Stripe, and when; forgotten after a day.

Revision: 0016
After: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"

FORGETTING = ("card_turn",)


def upgrade() -> None:
    """Add the table, with an index for each question that is asked under the lock."""
    op.create_table(
        "card_turn",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("card_index", sa.LargeBinary(), nullable=True),
        sa.Column("queue", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid", sa.Boolean(), nullable=True),
        sa.CheckConstraint("queue IN ('first', 'last')", name=op.f("ck_card_turn_queue_known")),
        sa.CheckConstraint("(queue IS NULL) = (due_at IS NULL)", name=op.f("ck_card_turn_turn_has_moment")),
        sa.CheckConstraint(
            "(paid IS NULL) = (answered_at IS NULL)", name=op.f("ck_card_turn_answer_has_time")
        ),
        sa.CheckConstraint(
            "paid IS NULL OR passed_at IS NOT NULL", name=op.f("ck_card_turn_answered_after_it_passed")
        ),
        sa.CheckConstraint("octet_length(address) = 32", name=op.f("ck_card_turn_address_length")),
        sa.CheckConstraint("octet_length(email_index) = 32", name=op.f("ck_card_turn_email_index_length")),
        sa.CheckConstraint("octet_length(card_index) = 32", name=op.f("ck_card_turn_card_index_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_turn")),
    )
    for name, columns, condition in (
        ("subject", ["subject", "id"], None),
        ("entry", ["entry"], None),
        ("address", ["address", "asked_at"], None),
        ("asked_at", ["asked_at"], None),
        ("due", ["queue", "due_at"], "due_at IS NOT NULL"),
        ("passed_at", ["passed_at"], "passed_at IS NOT NULL"),
        ("answered_at", ["answered_at"], "answered_at IS NOT NULL"),
        ("declined_email", ["email_index", "answered_at"], "NOT paid"),
        ("declined_card", ["card_index", "answered_at"], "NOT paid"),
    ):
        where = None if condition is None else sa.text(condition)
        op.create_index(f"ix_card_turn_{name}", "card_turn", columns, postgresql_where=where)
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON card_turn TO factually_app")


def downgrade() -> None:
    """Forget all turns."""
    op.drop_table("card_turn")
