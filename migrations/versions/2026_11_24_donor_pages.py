"""The donor's own pages: links, sessions, changed anonymity, and the erasure of who gave.

Revision: 0012
After: 0011

What is sealed about a donor may now be blanked once, for good, when an erasure was noted; it can still never be
rewritten, and what was decided about the gift never changes at all.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

APPEND_ONLY = ("gift_anonymity", "gift_erasure")
FORGETTING = ("donor_link", "donor_session", "erasure_request")
SEALED = (
    "donor_name",
    "donor_email",
    "organisation_name",
    "true_donor_name",
    "organisation_ein",
    "employer",
    "occupation",
    "postal_address",
)
BLANKED = {
    "gift_decision": "reason",
    "rescreening_decision": "reason",
    "screening": "inputs",
    "screening_finding": "detail",
}
GIFT_OF = {
    "gift_decision": "NEW.gift_id",
    "rescreening_decision": "(SELECT gift_id FROM rescreening_case WHERE id = NEW.case_id)",
    "screening": "NEW.gift_id",
    "screening_finding": "(SELECT gift_id FROM screening WHERE id = NEW.screening_id)",
}
ERASED = "decode(repeat('00', 64), 'hex')"
NOTED = "EXISTS (SELECT FROM gift_erasure WHERE gift_id = {})"
FORMERLY_STATED = ("organisation_type", "anonymous")

GUARD = """
    CREATE OR REPLACE FUNCTION guard_gift_details() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.organisation_type IS DISTINCT FROM OLD.organisation_type THEN
            RAISE EXCEPTION 'what a donor stated does not change' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.anonymous IS DISTINCT FROM OLD.anonymous AND NEW.anonymous IS DISTINCT FROM (
            SELECT anonymous FROM gift_anonymity WHERE gift_id = NEW.id ORDER BY id DESC LIMIT 1
        ) THEN
            RAISE EXCEPTION 'a wish to be named or not is noted before it counts'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.details_asked_at IS NOT NULL AND NEW.details_asked_at IS DISTINCT FROM OLD.details_asked_at
            OR OLD.card_index IS NOT NULL AND NEW.card_index IS DISTINCT FROM OLD.card_index
            AND NOT (NEW.card_index IS NULL AND :erased) THEN
            RAISE EXCEPTION 'the card and the asking date of a gift are set once'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF (:changed) AND ((:kept) OR NOT :erased) THEN
            RAISE EXCEPTION 'who gave is never rewritten, only erased' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
"""

APPEAL_GUARD = """
    CREATE OR REPLACE FUNCTION guard_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF :erasure THEN
            RETURN NEW;
        END IF;
        IF NEW.id IS DISTINCT FROM OLD.id OR NEW.gift_id IS DISTINCT FROM OLD.gift_id
            OR NEW.number IS DISTINCT FROM OLD.number OR NEW.statement IS DISTINCT FROM OLD.statement
            OR NEW.filed_at IS DISTINCT FROM OLD.filed_at OR NEW.answer_by IS DISTINCT FROM OLD.answer_by
            OR OLD.answered_at IS NOT NULL THEN
            RAISE EXCEPTION 'an appeal is answered once and never rewritten'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ERASURE_OF_APPEAL = (
    f"NEW.statement = {ERASED} AND (NEW.reason IS NULL AND OLD.reason IS NULL OR NEW.reason = {ERASED}) "
    "AND to_jsonb(NEW) - 'statement' - 'reason' = to_jsonb(OLD) - 'statement' - 'reason' "
    f"AND {NOTED.format('NEW.gift_id')}"
)


def upgrade() -> None:
    """Add the tables, and let erasure and changed anonymity through the guards."""
    _make_sign_in()
    _make_changes()
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
    for table in FORGETTING:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO factually_app")
    op.execute("GRANT USAGE ON SEQUENCE gift_anonymity_id_seq TO factually_app")
    _guard_details()
    for table, column in BLANKED.items():
        _let_blank(table, column)
    op.execute(APPEAL_GUARD.replace(":erasure", ERASURE_OF_APPEAL))


def downgrade() -> None:
    """Take it all away; what was erased stays erased."""
    op.execute(APPEAL_GUARD.replace(":erasure", "false"))
    for table, column in BLANKED.items():
        op.execute(f"REVOKE UPDATE ({column}) ON {table} FROM factually_app")
        op.execute(
            f"CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"DROP FUNCTION blank_{table}()")
    _guard_details_as_before()
    for table in ("gift_anonymity", "gift_erasure", "erasure_request", "donor_session", "donor_link"):
        op.drop_table(table)


def _make_sign_in() -> None:
    op.create_table(
        "donor_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("octet_length(email_index) = 32", name=op.f("ck_donor_link_email_index_length")),
        sa.CheckConstraint(
            "(token_hash IS NULL) = (expires_at IS NULL)", name=op.f("ck_donor_link_token_expires")
        ),
        sa.CheckConstraint(
            "used_at IS NULL OR token_hash IS NOT NULL", name=op.f("ck_donor_link_used_after_it_was_sent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donor_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_donor_link_token_hash")),
    )
    op.create_index("ix_donor_link_requested_at", "donor_link", ["requested_at"])
    op.create_table(
        "donor_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "octet_length(email_index) = 32", name=op.f("ck_donor_session_email_index_length")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donor_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_donor_session_token_hash")),
    )
    op.create_index("ix_donor_session_started_at", "donor_session", ["started_at"])


def _make_changes() -> None:
    op.create_table(
        "gift_anonymity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gift_id"], ["gift.id"], name=op.f("fk_gift_anonymity_gift_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_anonymity")),
    )
    op.create_index("ix_gift_anonymity_gift_id", "gift_anonymity", ["gift_id", "id"])
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "octet_length(email_index) = 32", name=op.f("ck_erasure_request_email_index_length")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    op.create_index("ix_erasure_request_email_index", "erasure_request", ["email_index"])
    op.create_table(
        "gift_erasure",
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["gift_id"], ["gift.id"], name=op.f("fk_gift_erasure_gift_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("gift_id", name=op.f("pk_gift_erasure")),
    )


def _guard_details() -> None:
    """Guard what a donor stated anew: who gave may be blanked, and anonymity changes by a noted wish."""
    changed = " OR ".join(
        f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in (*SEALED, "email_index")
    )
    kept = " OR ".join(
        f"(NEW.{column} IS DISTINCT FROM OLD.{column} AND NEW.{column} IS DISTINCT FROM {ERASED})"
        for column in SEALED
    )
    guard = GUARD.replace(":changed", changed).replace(":kept", kept)
    op.execute(guard.replace(":erased", NOTED.format("NEW.id")))


def _guard_details_as_before() -> None:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FORMERLY_STATED)
    reset = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})"
        for column in ("card_index", "details_asked_at")
    )
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION guard_gift_details() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {changed} THEN
                RAISE EXCEPTION 'what a donor stated does not change' USING ERRCODE = 'restrict_violation';
            END IF;
            IF {reset} THEN
                RAISE EXCEPTION 'the card and the asking date of a gift are set once'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """,
    )


def _let_blank(table: str, column: str) -> None:
    """Replace a table's guard by one that lets a column be blanked when the gift's donor was erased."""
    op.execute(
        f"""
        CREATE FUNCTION blank_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND NEW.{column} = {ERASED}
                AND to_jsonb(NEW) - '{column}' = to_jsonb(OLD) - '{column}'
                AND {NOTED.format(GIFT_OF[table])} THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """,
    )
    op.execute(
        f"CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION blank_{table}()"
    )
    op.execute(f"GRANT UPDATE ({column}) ON {table} TO factually_app")
