"""Appeals against the decision on a gift, answered by a second person; letters that cannot be delivered.

Revision: 0010
After: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

CHANGING = ("appeal",)
FILED = ("id", "gift_id", "number", "statement", "filed_at", "answer_by")
ANOTHER_PERSON = """
    CREATE FUNCTION judge_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            RAISE EXCEPTION 'an appeal is filed before it is answered' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.decision_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM gift_decision decision
            WHERE decision.id = NEW.decision_id AND decision.gift_id = NEW.gift_id
                AND decision.reviewer_id = NEW.reviewer_id AND decision.decided_at = NEW.answered_at
        ) THEN
            RAISE EXCEPTION 'the decision was not made by this answer' USING ERRCODE = 'restrict_violation';
        END IF;
        IF EXISTS (
            SELECT FROM gift_decision decision
            WHERE decision.gift_id = NEW.gift_id AND decision.reviewer_id = NEW.reviewer_id
                AND decision.id IS DISTINCT FROM NEW.decision_id
        ) OR EXISTS (
            SELECT FROM appeal other
            WHERE other.gift_id = NEW.gift_id AND other.reviewer_id = NEW.reviewer_id AND other.id <> NEW.id
        ) THEN
            RAISE EXCEPTION 'whoever judged a gift answers no appeal of it' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """


def upgrade() -> None:
    """Add the table with its guard, and let a letter end undelivered."""
    op.create_table(
        "appeal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 2", name=op.f("ck_appeal_appeals_capped")),
        sa.CheckConstraint("finding IN ('upheld', 'overturned')", name=op.f("ck_appeal_finding_known")),
        sa.CheckConstraint("octet_length(statement) >= 49", name=op.f("ck_appeal_statement_given")),
        sa.CheckConstraint("octet_length(reason) >= 39", name=op.f("ck_appeal_reason_given")),
        sa.CheckConstraint("answer_by > filed_at", name=op.f("ck_appeal_time_to_answer")),
        sa.CheckConstraint(
            "num_nonnulls(finding, reason, reviewer_id, answered_at) IN (0, 4)",
            name=op.f("ck_appeal_answered_whole"),
        ),
        sa.CheckConstraint(
            "decision_id IS NULL OR answered_at IS NOT NULL", name=op.f("ck_appeal_decision_by_answer")
        ),
        sa.ForeignKeyConstraint(
            ["gift_id"], ["gift.id"], name=op.f("fk_appeal_gift_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_appeal_reviewer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["gift_decision.id"], name=op.f("fk_appeal_decision_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeal_decision_id")),
        sa.UniqueConstraint("gift_id", "number", name=op.f("uq_appeal_gift_id_number")),
    )
    open_only = sa.text("answered_at IS NULL")
    op.create_index("uq_appeal_open", "appeal", ["gift_id"], unique=True, postgresql_where=open_only)
    op.create_index("ix_appeal_waiting", "appeal", ["answer_by"], postgresql_where=open_only)
    _guard()
    op.execute("GRANT SELECT, INSERT, UPDATE ON appeal TO factually_app")
    op.add_column("outgoing_letter", sa.Column("undeliverable_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outgoing_letter", sa.Column("smtp_code", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_outgoing_letter_one_end"), "outgoing_letter", "num_nonnulls(sent_at, undeliverable_at) <= 1"
    )
    op.create_check_constraint(
        op.f("ck_outgoing_letter_code_of_a_failure"),
        "outgoing_letter",
        "smtp_code IS NULL OR (undeliverable_at IS NOT NULL AND smtp_code BETWEEN 400 AND 599)",
    )
    op.create_index(
        "ix_outgoing_letter_undeliverable",
        "outgoing_letter",
        ["undeliverable_at"],
        postgresql_where=sa.text("undeliverable_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Take the appeals away, and with the columns the knowledge which letters never arrived."""
    op.drop_column("outgoing_letter", "smtp_code")
    op.drop_index("ix_outgoing_letter_undeliverable", "outgoing_letter")
    op.drop_constraint(op.f("ck_outgoing_letter_one_end"), "outgoing_letter")
    op.drop_column("outgoing_letter", "undeliverable_at")
    op.drop_table("appeal")
    op.execute("DROP FUNCTION guard_appeal()")
    op.execute("DROP FUNCTION judge_appeal()")


def _guard() -> None:
    """Keep what was filed, let it be answered once, and by nobody who judged the gift before."""
    filed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FILED)
    op.execute(
        f"""
        CREATE FUNCTION guard_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {filed} OR OLD.answered_at IS NOT NULL THEN
                RAISE EXCEPTION 'an appeal is answered once and never rewritten'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(ANOTHER_PERSON)
    op.execute(
        "CREATE TRIGGER guard_appeal BEFORE UPDATE ON appeal FOR EACH ROW EXECUTE FUNCTION guard_appeal()"
    )
    op.execute(
        "CREATE TRIGGER judge_appeal BEFORE INSERT OR UPDATE ON appeal "
        "FOR EACH ROW WHEN (NEW.answered_at IS NOT NULL) EXECUTE FUNCTION judge_appeal()"
    )
    op.execute(
        "CREATE TRIGGER keep_appeal BEFORE DELETE ON appeal FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER keep_appeal_truncate BEFORE TRUNCATE ON appeal "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
