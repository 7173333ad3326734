"""What readers ask to be corrected, who they are until they are answered, and what was decided.

Revision: 0027
After: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

APPEND_ONLY = ("correction_request", "correction_request_step")
FORGETTING = ("correction_request_reader",)


def upgrade() -> None:
    """Add the tables; requests and decisions only grow, readers are forgotten."""
    _make_requests()
    _make_readers()
    _make_steps()
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
    op.execute("GRANT USAGE ON SEQUENCE correction_request_step_id_seq TO factually_app")
    op.execute("GRANT SELECT, INSERT, DELETE ON correction_request_reader TO factually_app")
    _guard_steps()


def downgrade() -> None:
    """Take requests and what was decided about them away; notes stay."""
    for table in ("correction_request_step", "correction_request_reader", "correction_request"):
        op.drop_table(table)
    op.execute("DROP FUNCTION guard_request_step()")


def _make_requests() -> None:
    op.create_table(
        "correction_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("wrong", sa.Text(), nullable=False),
        sa.Column("instead", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "public_id ~ '^[a-z2-7]{26}$'", name=op.f("ck_correction_request_public_id_shape")
        ),
        sa.CheckConstraint("wrong ~ '\\S' AND instead ~ '\\S'", name=op.f("ck_correction_request_said")),
        sa.CheckConstraint(
            "length(wrong) <= 3000 AND length(instead) <= 3000",
            name=op.f("ck_correction_request_words_bounded"),
        ),
        sa.CheckConstraint("source_url ~ '^https?://'", name=op.f("ck_correction_request_source_is_web")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_correction_request_article_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_correction_request_public_id")),
    )
    op.create_index(op.f("ix_correction_request_article_id"), "correction_request", ["article_id"])


def _make_readers() -> None:
    op.create_table(
        "correction_request_reader",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(name, email) > 0", name=op.f("ck_correction_request_reader_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["correction_request.id"], name=op.f("fk_correction_request_reader_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_correction_request_reader")),
    )
    op.create_index(
        op.f("ix_correction_request_reader_received_at"), "correction_request_reader", ["received_at"]
    )


def _make_steps() -> None:
    op.create_table(
        "correction_request_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'declined', 'set_aside', 'answered')",
            name=op.f("ck_correction_request_step_outcome_known"),
        ),
        sa.CheckConstraint(
            "(outcome = 'answered') = (note_id IS NOT NULL)",
            name=op.f("ck_correction_request_step_answered_by_note"),
        ),
        sa.CheckConstraint("reason ~ '\\S'", name=op.f("ck_correction_request_step_reasoned")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["correction_request.id"], name=op.f("fk_correction_request_step_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["article_correction.id"], name=op.f("fk_correction_request_step_note_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_correction_request_step_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_request_step")),
        sa.UniqueConstraint(
            "request_id", "outcome", name=op.f("uq_correction_request_step_request_id_outcome")
        ),
    )
    op.create_index(
        "uq_correction_request_step_end",
        "correction_request_step",
        ["request_id"],
        unique=True,
        postgresql_where=sa.text("outcome <> 'accepted'"),
    )


def _guard_steps() -> None:
    op.execute(
        """
        CREATE FUNCTION guard_request_step() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM correction_request_step AS s
                WHERE s.request_id = NEW.request_id AND s.outcome <> 'accepted'
            ) THEN
                RAISE EXCEPTION 'this request has its outcome' USING ERRCODE = 'restrict_violation';
            END IF;
            IF NEW.note_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM article_correction AS c
                JOIN correction_request AS r ON r.article_id = c.article_id
                WHERE c.id = NEW.note_id AND r.id = NEW.request_id
            ) THEN
                RAISE EXCEPTION 'this note is of another article' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER guard_request_step BEFORE INSERT ON correction_request_step "
        "FOR EACH ROW EXECUTE FUNCTION guard_request_step()"
    )
