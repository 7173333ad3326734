"""Comments on a passage of a draft, and who has an article open.

Revision: 0026
After: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0023"

CHANGING = ("article_comment", "article_presence")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "article_comment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("passage", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("text ~ '\\S'", name=op.f("ck_article_comment_said")),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (resolved_by IS NULL)",
            name=op.f("ck_article_comment_resolved_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_comment_article_id")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_article_comment_author_id")),
        sa.ForeignKeyConstraint(["resolved_by"], ["account.id"], name=op.f("fk_article_comment_resolved_by")),
        sa.ForeignKeyConstraint(
            ["draft_id", "article_id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_comment_draft",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_comment")),
    )
    op.create_index(op.f("ix_article_comment_article_id"), "article_comment", ["article_id"])
    op.create_table(
        "article_presence",
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_article_presence_account_id")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_presence_article_id")),
        sa.PrimaryKeyConstraint("article_id", "account_id", name=op.f("pk_article_presence")),
    )
    for table in CHANGING:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO factually_app")
    op.execute("GRANT USAGE ON SEQUENCE article_comment_id_seq TO factually_app")


def downgrade() -> None:
    """Take comments and presence away; the drafts they were about stay."""
    op.drop_table("article_presence")
    op.drop_table("article_comment")
