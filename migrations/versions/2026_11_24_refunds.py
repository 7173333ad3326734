"""Refunds, disputes with our answers, early fraud warnings; and what an event of Stripe's names.

Revision: 0013
After: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

CHANGING = ("dispute", "dispute_answer", "fraud_warning", "refund")
ADDED = (("partly_refunded", "captured"), ("refunded", "captured"))
FORMER = (
    ("authorised", "captured"),
    ("authorised", "expired"),
    ("authorised", "held"),
    ("authorised", "released"),
    ("authorising", "authorised"),
    ("authorising", "failed"),
    ("authorising", "refused"),
    ("captured", "disputed"),
    ("captured", "partly_refunded"),
    ("captured", "refunded"),
    ("disputed", "lost"),
    ("disputed", "won"),
    ("held", "captured"),
    ("held", "expired"),
    ("held", "released"),
    ("partly_refunded", "disputed"),
    ("partly_refunded", "refunded"),
    ("pledged", "authorising"),
    ("pledged", "expired"),
    ("pledged", "refused"),
    ("refunded", "disputed"),
)
TRANSITIONS = (*FORMER, *ADDED)
REFUND_STEPS = (
    ("approved", "cancelled"),
    ("approved", "failed"),
    ("approved", "pending"),
    ("approved", "refused"),
    ("approved", "requires_action"),
    ("approved", "succeeded"),
    ("pending", "cancelled"),
    ("pending", "failed"),
    ("pending", "requires_action"),
    ("pending", "succeeded"),
    ("proposed", "approved"),
    ("proposed", "declined"),
    ("refused", "cancelled"),
    ("refused", "failed"),
    ("refused", "pending"),
    ("refused", "requires_action"),
    ("refused", "succeeded"),
    ("requires_action", "cancelled"),
    ("requires_action", "failed"),
    ("requires_action", "succeeded"),
    ("succeeded", "failed"),
)
STATED = (
    "id",
    "public_id",
    "client_key",
    "request_hash",
    "amount_minor",
    "currency",
    "capacity",
    "political_group",
    "attestation_version",
    "attested_at",
    "created_at",
)
SET_ONCE = ("payment_intent_id", "charge_id", "instruction")
FORMER_FACTS = (
    "'pledged', 'screened_out', 'attempted', 'authorised', 'held', 'captured', 'released', 'lapsed', "
    "'abandoned', 'partly_refunded', 'refunded', 'disputed', 'dispute_won', 'dispute_lost'"
)
FIXED = {
    "dispute": ("id", "gift_id", "charge_id", "opened_at"),
    "dispute_answer": ("id", "dispute_id", "text", "written_by", "written_at"),
    "fraud_warning": ("id", "gift_id", "charge_id", "warned_at"),
    "refund": (
        "id",
        "gift_id",
        "request_key",
        "amount_minor",
        "currency",
        "cause",
        "reason",
        "requested_by",
        "requested_at",
        "needs_second",
    ),
}
ONCE = {"refund": ("judged_by", "judged_at", "stripe_id")}
ENDS = {
    "dispute": "OLD.status IN ('won', 'lost') AND NEW.status <> OLD.status",
    "dispute_answer": "OLD.state <> 'ready' AND NEW.state <> OLD.state",
    "fraud_warning": "NEW.actionable AND NOT OLD.actionable",
    "refund": "NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ("
    + ", ".join(f"('{before}', '{after}')" for before, after in REFUND_STEPS)
    + ")",
}


def upgrade() -> None:
    """Add the tables with their guards, and let a gift's refund fail."""
    _let_gifts_move(TRANSITIONS)
    _allow_facts(f"{FORMER_FACTS}, 'refund_failed'")
    op.drop_constraint(op.f("uq_gift_event_gift_id_fact"), "gift_event", type_="unique")
    op.create_index(
        "uq_gift_event_gift_id_fact",
        "gift_event",
        ["gift_id", "fact"],
        unique=True,
        postgresql_where=sa.text("NOT (fact IN ('partly_refunded', 'refund_failed', 'refunded'))"),
    )
    op.create_index("ix_gift_event_gift_id", "gift_event", ["gift_id"])
    _widen_events()
    _make_refunds()
    _make_disputes()
    for table in CHANGING:
        _guard(table)
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO factually_app")


def downgrade() -> None:
    """Take it all away, and with it the facts that the old tables have no word for."""
    for table in ("fraud_warning", "dispute_answer", "dispute", "refund"):
        op.drop_table(table)
        op.execute(f"DROP FUNCTION guard_{table}()")
    op.drop_index("ix_webhook_event_odd", table_name="webhook_event")
    for column in ("foreign_version", "subject_id", "intent_id", "charge_id"):
        op.drop_column("webhook_event", column)
    op.execute("ALTER TABLE gift_event DISABLE TRIGGER append_only")
    op.execute("DELETE FROM gift_event WHERE fact = 'refund_failed'")
    op.execute(
        "DELETE FROM gift_event later USING gift_event first "
        "WHERE later.gift_id = first.gift_id AND later.fact = first.fact AND later.id > first.id"
    )
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute("ALTER TABLE gift_event ENABLE TRIGGER append_only")
    op.drop_index("ix_gift_event_gift_id", table_name="gift_event")
    op.drop_index("uq_gift_event_gift_id_fact", table_name="gift_event")
    op.create_unique_constraint(op.f("uq_gift_event_gift_id_fact"), "gift_event", ["gift_id", "fact"])
    _allow_facts(FORMER_FACTS)
    _let_gifts_move(FORMER)


def _let_gifts_move(transitions: tuple[tuple[str, str], ...]) -> None:
    steps = ", ".join(f"('{before}', '{after}')" for before, after in transitions)
    stated = ", ".join(f"OLD.{column}" for column in STATED)
    kept = ", ".join(f"NEW.{column}" for column in STATED)
    once = " OR ".join(_reset(column) for column in SET_ONCE)
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION guard_gift() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({steps}) THEN
                RAISE EXCEPTION 'a gift does not go from % to %', OLD.state, NEW.state
                    USING ERRCODE = 'restrict_violation';
            END IF;
            IF ({stated}) IS DISTINCT FROM ({kept}) THEN
                RAISE EXCEPTION 'what a donor stated does not change' USING ERRCODE = 'restrict_violation';
            END IF;
            IF {once} THEN
                RAISE EXCEPTION 'an id or instruction of a gift is set once' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """,
    )


def _allow_facts(facts: str) -> None:
    name = op.f("ck_gift_event_fact_known")
    op.drop_constraint(name, "gift_event")
    op.create_check_constraint(name, "gift_event", f"fact IN ({facts})")


def _widen_events() -> None:
    op.add_column(
        "webhook_event",
        sa.Column("foreign_version", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    for column in ("subject_id", "intent_id", "charge_id"):
        op.add_column("webhook_event", sa.Column(column, sa.Text(), nullable=True))
    op.create_index(
        "ix_webhook_event_odd",
        "webhook_event",
        ["received_at"],
        postgresql_where=sa.text("damaged_reason IS NOT NULL OR foreign_version"),
    )


def _make_refunds() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("request_key", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stripe_id", sa.Text(), nullable=True),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("sends", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount_positive")),
        sa.CheckConstraint(
            "state IN ('proposed', 'declined', 'approved', 'refused', 'pending', 'requires_action', "
            "'succeeded', 'failed', 'cancelled')",
            name=op.f("ck_refund_state_known"),
        ),
        sa.CheckConstraint("cause IN ('request', 'policy', 'elsewhere')", name=op.f("ck_refund_cause_known")),
        sa.CheckConstraint(
            "(cause = 'elsewhere') = (requested_by IS NULL) AND (cause = 'elsewhere') = (reason IS NULL) "
            "AND (cause = 'elsewhere') = (request_key IS NULL)",
            name=op.f("ck_refund_asked_with_reason"),
        ),
        sa.CheckConstraint("octet_length(reason) >= 39", name=op.f("ck_refund_reason_given")),
        sa.CheckConstraint("judged_by <> requested_by", name=op.f("ck_refund_two_people")),
        sa.CheckConstraint(
            "(judged_by IS NULL) = (judged_at IS NULL)", name=op.f("ck_refund_judged_at_a_time")
        ),
        sa.CheckConstraint(
            "needs_second OR state NOT IN ('proposed', 'declined')", name=op.f("ck_refund_only_some_wait")
        ),
        sa.CheckConstraint(
            "NOT needs_second OR (state = 'proposed') = (judged_by IS NULL)",
            name=op.f("ck_refund_second_person_asked"),
        ),
        sa.CheckConstraint(
            "stripe_id IS NOT NULL OR state IN ('proposed', 'declined', 'approved', 'refused')",
            name=op.f("ck_refund_known_at_stripe"),
        ),
        sa.ForeignKeyConstraint(
            ["gift_id"], ["gift.id"], name=op.f("fk_refund_gift_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_refund_requested_by")),
        sa.ForeignKeyConstraint(["judged_by"], ["account.id"], name=op.f("fk_refund_judged_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("request_key", name=op.f("uq_refund_request_key")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_refund_stripe_id")),
    )
    op.create_index("ix_refund_gift_id", "refund", ["gift_id"])
    op.create_index("ix_refund_newest", "refund", ["requested_at", "id"])
    op.create_index(
        "ix_refund_waiting",
        "refund",
        ["requested_at"],
        postgresql_where=sa.text("state IN ('proposed', 'approved')"),
    )


def _make_disputes() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("due_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('warning_needs_response', 'warning_under_review', 'warning_closed', 'prevented', "
            "'needs_response', 'under_review', 'won', 'lost')",
            name=op.f("ck_dispute_status_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_dispute_amount_positive")),
        sa.ForeignKeyConstraint(
            ["gift_id"], ["gift.id"], name=op.f("fk_dispute_gift_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index("ix_dispute_gift_id", "dispute", ["gift_id"])
    op.create_index("ix_dispute_opened_at", "dispute", ["opened_at", "id"])
    op.create_table(
        "dispute_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('ready', 'sent', 'refused')", name=op.f("ck_dispute_answer_state_known")
        ),
        sa.CheckConstraint("octet_length(text) >= 39", name=op.f("ck_dispute_answer_text_given")),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["dispute.id"], name=op.f("fk_dispute_answer_dispute_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["written_by"], ["account.id"], name=op.f("fk_dispute_answer_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_answer")),
    )
    op.create_index(
        "uq_dispute_answer_one",
        "dispute_answer",
        ["dispute_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'refused'"),
    )
    op.create_table(
        "fraud_warning",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Text(), nullable=False),
        sa.Column("fraud_type", sa.Text(), nullable=False),
        sa.Column("actionable", sa.Boolean(), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["gift_id"], ["gift.id"], name=op.f("fk_fraud_warning_gift_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fraud_warning")),
    )
    op.create_index("ix_fraud_warning_gift_id", "fraud_warning", ["gift_id"])


def _reset(column: str) -> str:
    return f"(OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})"


def _guard(table: str) -> None:
    """Let a row only go forward: what it is about never changes, and an end stays an end."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FIXED[table])
    reset = "".join(f" OR {_reset(column)}" for column in ONCE.get(table, ()))
    op.execute(
        f"""
        CREATE FUNCTION guard_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {changed}{reset} OR ({ENDS[table]}) THEN
                RAISE EXCEPTION 'a row of % only goes forward', TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        f"CREATE TRIGGER guard_{table} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION guard_{table}()"
    )
    op.execute(
        f"CREATE TRIGGER keep_{table} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER keep_{table}_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
