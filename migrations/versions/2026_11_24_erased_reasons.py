"""Let the reason of a refund and an answer to a bank be blanked once the gift's donor was erased.

Revision: 0019
After: 0018

Both are sealed and may speak of the donor; the guards of 0013 let nobody change them, also not to erase.
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"

ERASED = "decode(repeat('00', 64), 'hex')"
COLUMNS = {"refund": "reason", "dispute_answer": "text"}
GIFT_OF = {
    "refund": "NEW.gift_id",
    "dispute_answer": "(SELECT gift_id FROM dispute WHERE id = NEW.dispute_id)",
}


def upgrade() -> None:
    """Check a change that only blanks by a rule of its own, every other one as before."""
    for table, column in COLUMNS.items():
        blanks = (
            f"NEW.{column} = {ERASED} AND to_jsonb(NEW) - '{column}' = to_jsonb(OLD) - '{column}' "
            f"AND OLD.{column} IS NOT NULL"
        )
        op.execute(
            f"""
            CREATE FUNCTION blank_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (SELECT FROM gift_erasure WHERE gift_id = {GIFT_OF[table]}) THEN
                    RAISE EXCEPTION 'a row of % is blanked only where the donor was erased', TG_TABLE_NAME
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$
            """,
        )
        op.execute(
            f"CREATE TRIGGER blank_{table} BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (({blanks}) IS TRUE) EXECUTE FUNCTION blank_{table}()"
        )
        op.execute(
            f"CREATE OR REPLACE TRIGGER guard_{table} BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (({blanks}) IS NOT TRUE) EXECUTE FUNCTION guard_{table}()"
        )


def downgrade() -> None:
    """Let no one change them again; what was erased stays erased."""
    for table in COLUMNS:
        op.execute(
            f"CREATE OR REPLACE TRIGGER guard_{table} BEFORE UPDATE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION guard_{table}()"
        )
        op.execute(f"DROP TRIGGER blank_{table} ON {table}")
        op.execute(f"DROP FUNCTION blank_{table}()")
