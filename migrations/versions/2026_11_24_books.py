"""The books: transactions and entries that only grow, and that balance at every commit.

Revision: 0008
After: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

APPEND_ONLY = ("ledger_entry", "ledger_transaction")
ACCOUNTS = (
    "'Assets:Stripe:Balance', 'Assets:Bank:InTransit', 'Income:Gifts', 'Income:Refunds', 'Income:Disputes', "
    "'Expenses:Stripe:ProcessingFees', 'Expenses:Stripe:DisputeFees', 'Expenses:Stripe:OtherFees', "
    "'Expenses:Stripe:Taxes', 'Liabilities:Suspense'"
)


def upgrade() -> None:
    """Add the tables with their guards."""
    op.create_table(
        "ledger_transaction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("balance_transaction_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("reporting_category", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("gift_id", sa.Uuid(), nullable=True),
        sa.Column("entry_count", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_on", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("entry_count BETWEEN 0 AND 3", name=op.f("ck_ledger_transaction_entries_counted")),
        sa.ForeignKeyConstraint(
            ["gift_id"], ["gift.id"], name=op.f("fk_ledger_transaction_gift_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transaction")),
        sa.UniqueConstraint(
            "balance_transaction_id", name=op.f("uq_ledger_transaction_balance_transaction_id")
        ),
    )
    op.create_index(
        "ix_ledger_transaction_gift_id",
        "ledger_transaction",
        ["gift_id"],
        postgresql_where=sa.text("gift_id IS NOT NULL"),
    )
    op.create_index("ix_ledger_transaction_occurred_at", "ledger_transaction", ["occurred_at", "id"])
    op.create_table(
        "ledger_entry",
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.CheckConstraint(f"account IN ({ACCOUNTS})", name=op.f("ck_ledger_entry_account_known")),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_ledger_entry_amount_not_nothing")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_ledger_entry_currency_is_a_code")),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transaction.id"],
            name=op.f("fk_ledger_entry_transaction_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("transaction_id", "position", name=op.f("pk_ledger_entry")),
    )
    op.create_index("ix_ledger_entry_account", "ledger_entry", ["account", "currency"])
    _keep_whole()
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
    op.execute("GRANT USAGE ON SEQUENCE ledger_transaction_id_seq TO factually_app")


def downgrade() -> None:
    """Take the books away; the reconciliation can post them anew from Stripe."""
    op.drop_table("ledger_entry")
    op.drop_table("ledger_transaction")
    op.execute("DROP FUNCTION check_ledger_transaction()")


def _keep_whole() -> None:
    """Look at each new transaction when it is committed: balanced, and with as many entries as it says."""
    op.execute(
        """
        CREATE FUNCTION check_ledger_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            looked_at bigint;
        BEGIN
            IF TG_TABLE_NAME = 'ledger_entry' THEN
                looked_at := NEW.transaction_id;
            ELSE
                looked_at := NEW.id;
            END IF;
            IF EXISTS (
                SELECT FROM ledger_entry WHERE transaction_id = looked_at
                GROUP BY currency HAVING sum(amount_minor) <> 0
            ) THEN
                RAISE EXCEPTION 'ledger transaction % does not balance', looked_at
                    USING ERRCODE = 'check_violation';
            END IF;
            IF (SELECT count(*) FROM ledger_entry WHERE transaction_id = looked_at)
                <> (SELECT entry_count FROM ledger_transaction WHERE id = looked_at) THEN
                RAISE EXCEPTION 'ledger transaction % does not have the entries it says', looked_at
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
        """,
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER keep_whole AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION check_ledger_transaction()"
        )
