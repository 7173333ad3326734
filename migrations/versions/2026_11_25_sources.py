"""Records of sources that articles share, with their uses, captures and passes.

Revision: 0023
After: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"

APPEND_ONLY = ("source_capture", "source_check")
CHANGING = ("source",)
FORGETTING = ("source_use",)
STATES = "'unchecked', 'live', 'dead', 'deviated', 'unfit', 'usurped'"
SEARCHED = "title || ' '::text || publisher || ' '::text || url"
ISO_DATE = "~ '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$'"


def upgrade() -> None:
    """Add the tables; copies and passes only grow."""
    # Trusted since PostgreSQL 13: the owner of a database may add it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _make_sources()
    _make_uses()
    _make_captures()
    _make_checks()
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
    op.execute("GRANT USAGE ON SEQUENCE source_check_id_seq TO factually_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON source TO factually_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON source_use TO factually_app")


def downgrade() -> None:
    """Take the records away; what articles say of their sources stays in the articles."""
    for table in ("source_check", "source_capture", "source_use", "source"):
        op.drop_table(table)


def _make_sources() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("accessed", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("kind_reason", sa.Text(), nullable=True),
        sa.Column("independence", sa.Text(), nullable=True),
        sa.Column("interest", sa.Text(), nullable=True),
        sa.Column("interest_note", sa.Text(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("quote_prefix", sa.Text(), nullable=True),
        sa.Column("quote_suffix", sa.Text(), nullable=True),
        sa.Column("archive_url", sa.Text(), nullable=True),
        sa.Column("archived_on", sa.Text(), nullable=True),
        sa.Column("searched", sa.Text(), sa.Computed(SEARCHED, persisted=True), nullable=False),
        sa.Column("csl", postgresql.JSONB(), nullable=False),
        sa.Column("own_article_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        *_source_rules(),
        sa.ForeignKeyConstraint(["changed_by"], ["account.id"], name=op.f("fk_source_changed_by")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_source_created_by")),
        sa.ForeignKeyConstraint(["own_article_id"], ["article.id"], name=op.f("fk_source_own_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("url", name=op.f("uq_source_url")),
    )
    op.create_index("ix_source_due", "source", ["due_at"])
    op.create_index("ix_source_domain", "source", ["domain"])
    op.create_index(
        "ix_source_own_article",
        "source",
        ["own_article_id"],
        postgresql_where=sa.text("own_article_id IS NOT NULL"),
    )
    op.create_index(
        "ix_source_alarm", "source", ["state"], postgresql_where=sa.text("state IN ('dead', 'deviated')")
    )
    op.create_index(
        "ix_source_changed", "source", [sa.literal_column("changed_at DESC"), sa.literal_column("id DESC")]
    )
    op.create_index(
        "ix_source_search",
        "source",
        ["searched"],
        postgresql_using="gin",
        postgresql_ops={"searched": "gin_trgm_ops"},
    )


def _source_rules() -> list[sa.CheckConstraint]:
    rules = {
        "url_is_web": "url ~ '^https?://'",
        "named": "title ~ '\\S' AND publisher ~ '\\S'",
        "kind_known": "kind IN ('primary', 'secondary', 'tertiary')",
        "interest_known": "interest IN ('yes', 'no', 'unknown')",
        "interest_is_said": "interest <> 'yes' OR interest_note IS NOT NULL",
        "published_is_date": f"published {ISO_DATE}",
        "accessed_is_date": f"accessed {ISO_DATE}",
        "archived_on_is_date": f"archived_on {ISO_DATE}",
        "copy_has_address": "archived_on IS NULL OR archive_url IS NOT NULL",
        "quote_whole": (
            "(quote IS NULL) = (quote_prefix IS NULL) AND (quote IS NULL) = (quote_suffix IS NULL)"
        ),
        "state_known": f"state IN ({STATES})",
        "failures_counted": "failures BETWEEN 0 AND 3",
        "version_from_one": "version >= 1",
    }
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_source_{name}")) for name, condition in rules.items()
    ]


def _make_uses() -> None:
    op.create_table(
        "source_use",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("in_draft", sa.Boolean(), nullable=False),
        sa.Column("in_public", sa.Boolean(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("in_draft OR in_public", name=op.f("ck_source_use_used_somewhere")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_source_use_article_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_use_source_id")),
        sa.PrimaryKeyConstraint("source_id", "article_id", name=op.f("pk_source_use")),
    )
    op.create_index("ix_source_use_article", "source_use", ["article_id"])


def _make_captures() -> None:
    op.create_table(
        "source_capture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("wacz", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "sha256 = encode(sha256(wacz), 'hex')", name=op.f("ck_source_capture_hash_of_copy")
        ),
        sa.CheckConstraint("octet_length(wacz) <= 20000000", name=op.f("ck_source_capture_copy_size")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_capture_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_capture")),
    )
    op.create_index(
        "ix_source_capture_source", "source_capture", ["source_id", sa.literal_column("captured_at DESC")]
    )


def _make_checks() -> None:
    op.create_table(
        "source_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("quote_stands", sa.Boolean(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_source_check_state_known")),
        sa.CheckConstraint(
            "answered OR quote_stands IS NULL", name=op.f("ck_source_check_quote_of_an_answer")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_source_check_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_check")),
    )
    op.create_index("ix_source_check_source", "source_check", ["source_id", sa.literal_column("id DESC")])
