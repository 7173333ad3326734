"""Monthly gifts: what goes on by itself, its steps, its cards; and which gift is one of their months.

Revision: 0015
After: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0019"

APPEND_ONLY = ("monthly_event",)
CHANGING = ("card_entry", "monthly_gift")
MONTHLY_STEPS = (
    ("active", "ended"),
    ("active", "past_due"),
    ("active", "paused"),
    ("active", "suspended"),
    ("past_due", "active"),
    ("past_due", "ended"),
    ("past_due", "paused"),
    ("past_due", "suspended"),
    ("paused", "active"),
    ("paused", "ended"),
    ("paused", "suspended"),
    ("pledged", "active"),
    ("pledged", "ended"),
    ("suspended", "active"),
    ("suspended", "ended"),
)
STATES = "'pledged', 'active', 'past_due', 'paused', 'suspended', 'ended'"
FACTS = (
    "'pledged', 'started', 'charge_failed', 'charge_paid', 'paused', 'resumed', 'suspended', 'cleared', "
    "'amount_changed', 'card_changed', 'ended'"
)
REASONS = "'cancelled', 'card_failed', 'refused', 'not_started', 'erased', 'elsewhere'"
OUTCOMES = "'accepted', 'declined', 'refused', 'unanswered'"
FIXED = {
    "card_entry": ("id", "monthly_gift_id", "confirmation_token", "started_at"),
    "monthly_gift": ("id", "public_id", "currency", "created_at"),
}
ONCE = {
    "card_entry": ("setup_intent_id", "outcome"),
    "gift": ("invoice_id", "monthly_gift_id"),
    "monthly_gift": ("customer_id", "end_reason", "subscription_id"),
}


def upgrade() -> None:
    """Add the tables with their guards, and let a gift say which month it is."""
    _make_monthly_gifts()
    _make_events()
    _make_card_entries()
    op.add_column("gift", sa.Column("monthly_gift_id", sa.Uuid(), nullable=True))
    op.add_column("gift", sa.Column("invoice_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_gift_monthly_gift_id"),
        "gift",
        "monthly_gift",
        ["monthly_gift_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_unique_constraint(op.f("uq_gift_invoice_id"), "gift", ["invoice_id"])
    op.create_check_constraint(
        op.f("ck_gift_invoice_of_monthly_gift"), "gift", "invoice_id IS NULL OR monthly_gift_id IS NOT NULL"
    )
    op.create_index(op.f("ix_gift_monthly_gift_id"), "gift", ["monthly_gift_id"])
    _guard()
    for table in CHANGING:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO factually_app")
    op.execute("GRANT SELECT, INSERT ON monthly_event TO factually_app")


def downgrade() -> None:
    """Take it away; gifts that were a month stay as gifts."""
    op.execute("DROP TRIGGER guard_month ON gift")
    op.execute("DROP FUNCTION guard_month()")
    op.drop_index(op.f("ix_gift_monthly_gift_id"), table_name="gift")
    op.drop_constraint(op.f("ck_gift_invoice_of_monthly_gift"), "gift")
    op.drop_column("gift", "invoice_id")
    op.drop_column("gift", "monthly_gift_id")
    for table in ("card_entry", "monthly_event", "monthly_gift"):
        op.drop_table(table)
    for table in CHANGING:
        op.execute(f"DROP FUNCTION guard_{table}()")


def _make_monthly_gifts() -> None:
    op.create_table(
        "monthly_gift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("paused_by_donor", sa.Boolean(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("setup_intent_id", sa.Text(), nullable=True),
        sa.Column("payment_method_id", sa.Text(), nullable=True),
        sa.Column("subscription_id", sa.Text(), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_charge_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("synced_revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_monthly_gift_amount_positive")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_monthly_gift_currency_is_a_code")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_monthly_gift_state_known")),
        sa.CheckConstraint(f"end_reason IN ({REASONS})", name=op.f("ck_monthly_gift_end_reason_known")),
        sa.CheckConstraint(
            "(state = 'ended') = (end_reason IS NOT NULL)", name=op.f("ck_monthly_gift_end_has_reason")
        ),
        sa.CheckConstraint("octet_length(email_index) = 32", name=op.f("ck_monthly_gift_email_index_length")),
        sa.CheckConstraint(
            "subscription_id IS NULL OR customer_id IS NOT NULL",
            name=op.f("ck_monthly_gift_subscription_has_customer"),
        ),
        sa.CheckConstraint(
            "subscription_id IS NOT NULL OR state IN ('pledged', 'ended')",
            name=op.f("ck_monthly_gift_started_has_subscription"),
        ),
        sa.CheckConstraint(
            "failures >= 0 AND synced_revision <= revision", name=op.f("ck_monthly_gift_counters_in_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_gift")),
        sa.UniqueConstraint("public_id", name=op.f("uq_monthly_gift_public_id")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_monthly_gift_customer_id")),
        sa.UniqueConstraint("subscription_id", name=op.f("uq_monthly_gift_subscription_id")),
    )
    op.create_index("ix_monthly_gift_email", "monthly_gift", ["email_index"])
    op.create_index(
        "ix_monthly_gift_next_charge",
        "monthly_gift",
        ["next_charge_at"],
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_index(
        "ix_monthly_gift_unsynced",
        "monthly_gift",
        ["updated_at"],
        postgresql_where=sa.text("synced_revision < revision"),
    )


def _make_events() -> None:
    op.create_table(
        "monthly_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("monthly_gift_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.CheckConstraint(f"fact IN ({FACTS})", name=op.f("ck_monthly_event_fact_known")),
        sa.CheckConstraint(f"to_state IN ({STATES})", name=op.f("ck_monthly_event_to_state_known")),
        sa.CheckConstraint(
            "(fact = 'pledged') = (from_state IS NULL)",
            name=op.f("ck_monthly_event_first_step_is_the_pledge"),
        ),
        sa.ForeignKeyConstraint(
            ["monthly_gift_id"],
            ["monthly_gift.id"],
            name=op.f("fk_monthly_event_monthly_gift_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_event")),
    )
    op.create_index("ix_monthly_event_monthly_gift_id", "monthly_event", ["monthly_gift_id"])


def _make_card_entries() -> None:
    op.create_table(
        "card_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("monthly_gift_id", sa.Uuid(), nullable=False),
        sa.Column("confirmation_token", sa.Text(), nullable=False),
        sa.Column("setup_intent_id", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_card_entry_outcome_known")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (finished_at IS NULL)", name=op.f("ck_card_entry_finished_has_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["monthly_gift_id"],
            ["monthly_gift.id"],
            name=op.f("fk_card_entry_monthly_gift_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_entry")),
        sa.UniqueConstraint("confirmation_token", name=op.f("uq_card_entry_confirmation_token")),
        sa.UniqueConstraint("setup_intent_id", name=op.f("uq_card_entry_setup_intent_id")),
    )
    op.create_index("ix_card_entry_monthly_gift_id", "card_entry", ["monthly_gift_id", "started_at"])


def _guard() -> None:
    """Let a row only go forward: what it is about never changes, ids are set once, and an end is an end."""
    steps = ", ".join(f"('{before}', '{after}')" for before, after in MONTHLY_STEPS)
    ends = f"NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({steps})"
    for table, more in (("card_entry", "FALSE"), ("monthly_gift", ends)):
        changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FIXED[table])
        op.execute(
            f"""
            CREATE FUNCTION guard_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {changed} OR {_reset(table)} OR ({more}) THEN
                    RAISE EXCEPTION 'a row of % only goes forward', TG_TABLE_NAME
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$
            """
        )
        op.execute(
            f"CREATE TRIGGER guard_{table} BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION guard_{table}()"
        )
        op.execute(
            f"CREATE TRIGGER keep_{table} BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER keep_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        f"""
        CREATE FUNCTION guard_month() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {_reset("gift")} THEN
                RAISE EXCEPTION 'a gift stays the month that it is' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute("CREATE TRIGGER guard_month BEFORE UPDATE ON gift FOR EACH ROW EXECUTE FUNCTION guard_month()")
    _append_only()


def _append_only() -> None:
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON monthly_event "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON monthly_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _reset(table: str) -> str:
    return " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})" for column in ONCE[table]
    )
