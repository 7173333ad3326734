"""What a card paid or got back, beside what Stripe settled it as in another currency.

Revision: 0018
After: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"

TABLE = "ledger_transaction"


def upgrade() -> None:
    """Add both columns; of what was posted before, settled in the gift's own currency, nothing is missing."""
    op.add_column(TABLE, sa.Column("presented_minor", sa.BigInteger(), nullable=True))
    op.add_column(TABLE, sa.Column("presented_currency", sa.Text(), nullable=True))
    for name, condition in (
        ("presented_currency_is_a_code", "presented_currency ~ '^[A-Z]{3}$'"),
        ("presented_in_a_currency", "(presented_minor IS NULL) = (presented_currency IS NULL)"),
    ):
        op.create_check_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE, condition)


def downgrade() -> None:
    """Take them away."""
    op.drop_column(TABLE, "presented_currency")
    op.drop_column(TABLE, "presented_minor")
