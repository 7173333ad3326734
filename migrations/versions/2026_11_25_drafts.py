"""Drafts that are never overwritten, approval by a second person, and notes for changes of public articles.

Revision: 0022
After: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"

APPEND_ONLY = ("article_approval", "article_correction", "article_draft", "article_step")
CHANGING = ("article_preview",)
FORGETTING = ("article_former_slug",)
ARTICLE_STAGES = (
    ("approved", "done"),
    ("approved", "scheduled"),
    ("approved", "writing"),
    ("done", "writing"),
    ("in_review", "approved"),
    ("in_review", "writing"),
    ("scheduled", "approved"),
    ("scheduled", "done"),
    ("scheduled", "writing"),
    ("writing", "done"),
    ("writing", "in_review"),
)
ARTICLE_STANDINGS = (
    ("corrected", "correcting"),
    ("corrected", "retracted"),
    ("corrected", "unpublished"),
    ("correcting", "corrected"),
    ("correcting", "published"),
    ("correcting", "retracted"),
    ("correcting", "unpublished"),
    ("published", "corrected"),
    ("published", "correcting"),
    ("published", "retracted"),
    ("published", "unpublished"),
    ("unpublished", "corrected"),
    ("unpublished", "published"),
    ("unseen", "published"),
)
LISTED = "standing IN ('published', 'correcting', 'corrected')"
SHOWN = "standing IN ('published', 'correcting', 'corrected', 'retracted')"


def upgrade() -> None:
    """Add the tables, tell stage and standing of each article apart, and guard both."""
    _make_drafts()
    _make_approvals()
    _make_steps()
    _make_previews()
    _make_corrections()
    _make_former_slugs()
    _widen_articles()
    _widen_revisions()
    _guard()


def downgrade() -> None:
    """Take it away; what was drafted and never published is lost, what readers see stays."""
    op.execute("DROP TRIGGER guard_article ON article")
    op.execute("DROP TRIGGER guard_publication ON article_publication")
    for function in ("guard_article", "guard_publication"):
        op.execute(f"DROP FUNCTION {function}()")
    op.drop_column("article_publication", "change")
    op.drop_constraint(op.f("fk_article_revision_approval"), "article_revision")
    op.drop_constraint(op.f("fk_article_revision_draft"), "article_revision")
    op.drop_constraint(op.f("ck_article_revision_written_is_approved"), "article_revision")
    op.drop_column("article_revision", "draft_id")
    _narrow_articles()
    for table in (
        "article_former_slug",
        "article_correction",
        "article_preview",
        "article_step",
        "article_approval",
        "article_draft",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION guard_approval()")


def _make_drafts() -> None:
    op.create_table(
        "article_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("based_on", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("particulars", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(), nullable=True),
        sa.Column("evidence_errors", sa.BigInteger(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_article_draft_number_from_one")),
        sa.CheckConstraint(
            "how IN ('typing', 'save', 'merge', 'import', 'restore')", name=op.f("ck_article_draft_how_known")
        ),
        sa.CheckConstraint(
            "(problem IS NULL) = (evidence IS NOT NULL)", name=op.f("ck_article_draft_examined_or_problem")
        ),
        sa.CheckConstraint(
            "(evidence IS NULL) = (evidence_errors IS NULL)", name=op.f("ck_article_draft_errors_counted")
        ),
        sa.CheckConstraint("octet_length(text) <= 4000000", name=op.f("ck_article_draft_text_length")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_draft_article_id")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_article_draft_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_draft")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_article_draft_article_id_number")),
        sa.UniqueConstraint("id", "article_id", name=op.f("uq_article_draft_id_article_id")),
        sa.UniqueConstraint(
            "id", "article_id", "author_id", name=op.f("uq_article_draft_id_article_id_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["based_on", "article_id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_draft_based_on",
        ),
    )


def _make_approvals() -> None:
    op.create_table(
        "article_approval",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("approver_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("author_id <> approver_id", name=op.f("ck_article_approval_four_eyes")),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["account.id"], name=op.f("fk_article_approval_approver_id")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id", "article_id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_approval_draft",
        ),
        sa.ForeignKeyConstraint(
            ["draft_id", "article_id", "author_id"],
            ["article_draft.id", "article_draft.article_id", "article_draft.author_id"],
            name="fk_article_approval_author",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_approval")),
        sa.UniqueConstraint("draft_id", "approver_id", name=op.f("uq_article_approval_draft_id_approver_id")),
    )


def _make_steps() -> None:
    op.create_table(
        "article_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms", postgresql.JSONB(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "act NOT IN ('send_back', 'unpublish', 'retract') OR reason ~ '\\S'",
            name=op.f("ck_article_step_reasoned"),
        ),
        sa.CheckConstraint(
            "act <> 'schedule' OR (due IS NOT NULL AND terms IS NOT NULL)",
            name=op.f("ck_article_step_schedule_has_terms"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_article_step_account_id")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_step_article_id")),
        sa.ForeignKeyConstraint(
            ["draft_id", "article_id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_step_draft",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_step")),
    )
    op.create_index(op.f("ix_article_step_article_id"), "article_step", ["article_id"])


def _make_previews() -> None:
    op.create_table(
        "article_preview",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_article_preview_expires_later")),
        sa.CheckConstraint("octet_length(token_sha256) = 32", name=op.f("ck_article_preview_token_length")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_preview_article_id")),
        sa.ForeignKeyConstraint(
            ["draft_id", "article_id"],
            ["article_draft.id", "article_draft.article_id"],
            name="fk_article_preview_draft",
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_article_preview_made_by")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_article_preview")),
    )
    op.create_index(op.f("ix_article_preview_article_id"), "article_preview", ["article_id"])


def _make_corrections() -> None:
    op.create_table(
        "article_correction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("now", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=True),
        sa.Column("verdict_changed", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('correction', 'clarification', 'update', 'retraction')",
            name=op.f("ck_article_correction_kind_known"),
        ),
        sa.CheckConstraint(
            "was ~ '\\S' AND now ~ '\\S' AND why ~ '\\S'", name=op.f("ck_article_correction_said")
        ),
        sa.ForeignKeyConstraint(
            ["article_id", "number"],
            ["article_publication.article_id", "article_publication.number"],
            name="fk_article_correction_publication",
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_correction_article_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_article_correction_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_correction")),
    )
    op.create_index(op.f("ix_article_correction_article_id"), "article_correction", ["article_id"])


def _make_former_slugs() -> None:
    op.create_table(
        "article_former_slug",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_article_former_slug_slug_shape")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_former_slug_article_id")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_article_former_slug")),
    )
    op.create_index(op.f("ix_article_former_slug_article_id"), "article_former_slug", ["article_id"])


def _widen_articles() -> None:
    op.add_column("article", sa.Column("stage", sa.Text(), nullable=True))
    op.add_column("article", sa.Column("standing", sa.Text(), nullable=True))
    op.add_column("article", sa.Column("draft_id", sa.Uuid(), nullable=True))
    op.add_column("article", sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=True))
    op.add_column("article", sa.Column("embargo_until", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE article SET stage = CASE status WHEN 'published' THEN 'done' ELSE 'writing' END, "
        "standing = CASE status WHEN 'published' THEN 'published' ELSE 'unseen' END"
    )
    op.alter_column("article", "stage", nullable=False)
    op.alter_column("article", "standing", nullable=False)
    op.drop_index("ix_article_latest", table_name="article")
    for name in ("published_has_number", "status_known", "published_has_time"):
        op.drop_constraint(op.f(f"ck_article_{name}"), "article")
    op.drop_column("article", "status")
    stages = "'writing', 'in_review', 'approved', 'scheduled', 'done'"
    standings = "'unseen', 'published', 'correcting', 'corrected', 'unpublished', 'retracted'"
    for name, condition in (
        ("stage_known", f"stage IN ({stages})"),
        ("standing_known", f"standing IN ({standings})"),
        ("shown_has_number", f"({SHOWN}) = (published_number IS NOT NULL)"),
        ("seen_has_time", "(standing = 'unseen') = (published_at IS NULL)"),
        ("scheduled_has_time", "(stage = 'scheduled') = (scheduled_for IS NOT NULL)"),
        ("embargo_or_schedule", "scheduled_for IS NULL OR embargo_until IS NULL"),
    ):
        op.create_check_constraint(op.f(f"ck_article_{name}"), "article", condition)
    op.create_foreign_key(
        "fk_article_draft", "article", "article_draft", ["draft_id", "id"], ["id", "article_id"]
    )
    op.create_index(
        "ix_article_latest",
        "article",
        [sa.literal_column("published_at DESC"), sa.literal_column("id DESC")],
        postgresql_where=sa.text(LISTED),
    )
    op.create_index("ix_article_in_work", "article", ["stage"], postgresql_where=sa.text("stage <> 'done'"))


def _narrow_articles() -> None:
    op.drop_index("ix_article_in_work", table_name="article")
    op.drop_index("ix_article_latest", table_name="article")
    op.drop_constraint("fk_article_draft", "article")
    op.add_column("article", sa.Column("status", sa.Text(), nullable=True))
    for name in ("shown_has_number", "seen_has_time", "scheduled_has_time", "embargo_or_schedule"):
        op.drop_constraint(op.f(f"ck_article_{name}"), "article")
    op.execute(
        "UPDATE article SET status = CASE WHEN published_number IS NULL THEN 'draft' ELSE 'published' END, "
        "published_at = CASE WHEN published_number IS NULL THEN NULL ELSE published_at END"
    )
    op.alter_column("article", "status", nullable=False)
    for column in ("stage", "standing", "draft_id", "scheduled_for", "embargo_until"):
        op.drop_column("article", column)
    for name, condition in (
        ("published_has_number", "(status = 'published') = (published_number IS NOT NULL)"),
        ("status_known", "status IN ('draft', 'published')"),
        ("published_has_time", "(published_number IS NULL) = (published_at IS NULL)"),
    ):
        op.create_check_constraint(op.f(f"ck_article_{name}"), "article", condition)
    op.create_index(
        "ix_article_latest",
        "article",
        [sa.literal_column("published_at DESC"), sa.literal_column("id DESC")],
        postgresql_where=sa.text("status = 'published'"),
    )


def _widen_revisions() -> None:
    op.add_column("article_revision", sa.Column("draft_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_article_revision_draft"),
        "article_revision",
        "article_draft",
        ["draft_id", "article_id"],
        ["id", "article_id"],
    )
    op.create_foreign_key(
        op.f("fk_article_revision_approval"),
        "article_revision",
        "article_approval",
        ["draft_id", "approver_id"],
        ["draft_id", "approver_id"],
    )
    op.create_check_constraint(
        op.f("ck_article_revision_written_is_approved"),
        "article_revision",
        "author_id IS NULL OR approver_id IS NOT NULL",
    )
    # The guard of the table refuses updates, so the column arrives with its value for old rows.
    op.add_column(
        "article_publication", sa.Column("change", sa.Text(), nullable=False, server_default="unnoted")
    )
    op.alter_column("article_publication", "change", server_default=None)
    op.create_check_constraint(
        op.f("ck_article_publication_change_known"),
        "article_publication",
        "change IN ('first', 'noted', 'same_words', 'unnoted')",
    )


def _guard() -> None:
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
    op.execute("GRANT SELECT, INSERT, UPDATE ON article_preview TO factually_app")
    op.execute("GRANT SELECT, INSERT, DELETE ON article_former_slug TO factually_app")
    for table in ("article_approval", "article_correction", "article_step"):
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO factually_app")
    _guard_articles()
    _guard_approvals()
    _guard_publications()


def _guard_articles() -> None:
    stages = ", ".join(f"('{before}', '{after}')" for before, after in ARTICLE_STAGES)
    standings = ", ".join(f"('{before}', '{after}')" for before, after in ARTICLE_STANDINGS)
    op.execute(
        f"""
        CREATE FUNCTION guard_article() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.stage <> OLD.stage AND (OLD.stage, NEW.stage) NOT IN ({stages}) THEN
                RAISE EXCEPTION 'a text does not go from % to %', OLD.stage, NEW.stage
                    USING ERRCODE = 'restrict_violation';
            END IF;
            IF NEW.standing <> OLD.standing AND (OLD.standing, NEW.standing) NOT IN ({standings}) THEN
                RAISE EXCEPTION 'an article does not go from % to %', OLD.standing, NEW.standing
                    USING ERRCODE = 'restrict_violation';
            END IF;
            IF (NEW.id, NEW.origin, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.origin, OLD.created_at) THEN
                RAISE EXCEPTION 'where an article came from does not change'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER guard_article BEFORE UPDATE ON article FOR EACH ROW EXECUTE FUNCTION guard_article()"
    )


def _guard_approvals() -> None:
    """The author of one draft is seen by the CHECK; who wrote an earlier one since the last publication, here."""
    op.execute(
        """
        CREATE FUNCTION guard_approval() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM article_draft AS mine
                WHERE mine.article_id = NEW.article_id AND mine.author_id = NEW.approver_id
                    AND mine.number <= (SELECT number FROM article_draft WHERE id = NEW.draft_id)
                    AND mine.number > COALESCE((
                        SELECT max(d.number) FROM article_draft AS d
                        JOIN article_revision AS r ON r.draft_id = d.id WHERE d.article_id = NEW.article_id
                    ), 0)
            ) THEN
                RAISE EXCEPTION 'who wrote a text does not approve it' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER guard_approval BEFORE INSERT ON article_approval "
        "FOR EACH ROW EXECUTE FUNCTION guard_approval()"
    )


def _guard_publications() -> None:
    """No silent edit (DESIGN section 2, promise 6): a noted change has its note when the transaction ends."""
    op.execute(
        """
        CREATE FUNCTION guard_publication() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            earlier boolean := EXISTS (
                SELECT FROM article_publication AS p
                WHERE p.article_id = NEW.article_id AND p.number < NEW.number
            );
        BEGIN
            IF NEW.change = 'unnoted' OR (NEW.change = 'first') = earlier THEN
                RAISE EXCEPTION 'a public text changes with a note' USING ERRCODE = 'restrict_violation';
            END IF;
            IF NEW.change = 'noted' AND NOT EXISTS (
                SELECT FROM article_correction AS c
                WHERE c.article_id = NEW.article_id AND c.number = NEW.number
            ) THEN
                RAISE EXCEPTION 'the note of this change is missing' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER guard_publication AFTER INSERT ON article_publication "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_publication()"
    )
