"""Gifts in several currencies, and what a donor adds to one for the card's fee.

Revision: 0014
After: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

LARGEST = {"USD": 500_000, "EUR": 400_000, "GBP": 340_000, "JPY": 600_000, "KWD": 1_400_000}


def upgrade() -> None:
    """Take more currencies than one, each up to a limit of its own; what was given so far had no cover."""
    limits = " ".join(f"WHEN '{code}' THEN {minor}" for code, minor in LARGEST.items())
    known = ", ".join(f"'{code}'" for code in LARGEST)
    op.add_column("gift", sa.Column("fee_cover_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(
        op.f("ck_gift_fee_is_part_of_it"), "gift", "fee_cover_minor >= 0 AND fee_cover_minor < amount_minor"
    )
    _limit(f"currency IN ({known})", f"amount_minor > 0 AND amount_minor <= CASE currency {limits} END")
    op.execute(
        """
        CREATE FUNCTION guard_gift_cover() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'what a donor stated does not change' USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER guard_gift_cover BEFORE UPDATE ON gift FOR EACH ROW "
        "WHEN (NEW.fee_cover_minor <> OLD.fee_cover_minor) EXECUTE FUNCTION guard_gift_cover()"
    )


def downgrade() -> None:
    """Go back to dollars alone; refused while there is a gift in another currency."""
    op.execute("DROP FUNCTION guard_gift_cover() CASCADE")
    _limit("currency = 'USD'", "amount_minor > 0 AND amount_minor <= 500000")
    op.drop_column("gift", "fee_cover_minor")


def _limit(currency: str, amount: str) -> None:
    for name, condition in (("currency_known", currency), ("amount_within_limits", amount)):
        constraint = op.f(f"ck_gift_{name}")
        op.drop_constraint(constraint, "gift")
        op.create_check_constraint(constraint, "gift", condition)
