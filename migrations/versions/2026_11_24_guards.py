"""What the database itself refuses: rewriting, illegal steps of a gift, and more than the app's role needs.

Revision: 0003
After: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

APPEND_ONLY = (
    "article_publication",
    "article_revision",
    "gift_decision",
    "gift_event",
    "journal_entry",
    "policy_version",
    "register_entry",
    "register_name",
    "register_retrieval",
    "register_version",
    "screening",
    "screening_finding",
)
CHANGING = (
    "account",
    "article",
    "gift",
    "invitation",
    "outgoing_letter",
    "payment_attempt",
    "web_session",
    "webhook_event",
)
FORGETTING = ("rate_limit_counter",)
TRANSITIONS = (
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


def upgrade() -> None:
    """Add triggers and grants."""
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """,
    )
    for table in APPEND_ONLY:
        # The row trigger alone would let the owner truncate (security page, section 1).
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        )
        op.execute(
            f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        )
    _guard_gifts()
    _grant()


def _guard_gifts() -> None:
    steps = ", ".join(f"('{before}', '{after}')" for before, after in TRANSITIONS)
    stated = ", ".join(f"OLD.{column}" for column in STATED)
    kept = ", ".join(f"NEW.{column}" for column in STATED)
    once = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})" for column in SET_ONCE
    )
    op.execute(
        f"""
        CREATE FUNCTION guard_gift() RETURNS trigger LANGUAGE plpgsql AS $$
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
    op.execute("CREATE TRIGGER guard_gift BEFORE UPDATE ON gift FOR EACH ROW EXECUTE FUNCTION guard_gift()")
    op.execute("CREATE TRIGGER keep_gift BEFORE DELETE ON gift FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute(
        "CREATE TRIGGER keep_gift_truncate BEFORE TRUNCATE ON gift FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    )


def _grant() -> None:
    for table in APPEND_ONLY:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO factually_app")
    for table in CHANGING:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO factually_app")
    for table in FORGETTING:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO factually_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO factually_app")


def downgrade() -> None:
    """Take triggers and grants away."""
    for table in (*APPEND_ONLY, *CHANGING, *FORGETTING):
        op.execute(f"REVOKE ALL ON {table} FROM factually_app")
    op.execute("DROP FUNCTION guard_gift() CASCADE")
    op.execute("DROP FUNCTION refuse_change() CASCADE")
