"""What searches and pages of topics read of listed articles; `factually articles reindex` fills it.

Revision: 0028
After: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"

FORGETTING = ("article_search", "article_topic")


def upgrade() -> None:
    """Add the tables, empty."""
    op.create_table(
        "article_search",
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_search_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article_search")),
    )
    op.create_index("ix_article_search_words", "article_search", ["words"], postgresql_using="gin")
    newest_first = [sa.literal_column("published_at DESC"), sa.literal_column("article_id DESC")]
    op.create_index("ix_article_search_latest", "article_search", newest_first)
    op.create_table(
        "article_topic",
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_topic_article_id")),
        sa.PrimaryKeyConstraint("article_id", "slug", name=op.f("pk_article_topic")),
    )
    op.create_index("ix_article_topic_latest", "article_topic", ["slug", *newest_first], unique=True)
    for table in FORGETTING:
        op.execute(f"GRANT SELECT, INSERT, DELETE ON {table} TO factually_app")


def downgrade() -> None:
    """Take the tables away; articles lose nothing."""
    for table in FORGETTING:
        op.drop_table(table)
