"""Made-up movements of a balance at Stripe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies

from factually.donations.books.movements import BalanceMovement, Presented

WHEN: Final = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TYPES: Final = {
    "charge": "charge",
    "charge_failure": "payment_failure_refund",
    "dispute": "adjustment",
    "dispute_reversal": "adjustment",
    "fee": "stripe_fee",
    "network_cost": "network_cost",
    "payout": "payout",
    "payout_reversal": "payout_failure",
    "refund": "refund",
    "refund_failure": "refund_failure",
    "tax": "tax_fee",
    "topup": "topup",
    "topup_reversal": "topup_reversal",
}
"""Stripe's type for each reporting category that the books know."""


def movement(  # noqa: PLR0913 - each test names the one or two that matter to it
    category: str = "charge",
    amount: int = 500,
    *,
    fee: int = 0,
    currency: str = "USD",
    created: datetime = WHEN,
    number: int = 1,
    source_id: str | None = None,
    charge_id: str | None = None,
    presented: Presented | None = None,
) -> BalanceMovement:
    """One movement of a kind, five dollars unless told otherwise."""
    return BalanceMovement(
        id=f"txn_{number}",
        type=TYPES.get(category, category),
        reporting_category=category,
        amount=amount,
        fee=fee,
        net=amount - fee,
        currency=currency,
        created=created,
        available_on=created + timedelta(days=2),
        source_id=source_id,
        charge_id=charge_id,
        presented=presented,
    )


_AMOUNTS = strategies.integers(-(10**11), 10**11)

any_movement: Final = strategies.builds(
    movement,
    strategies.sampled_from([*TYPES, "risk_reserved_funds", "something_new"]),
    _AMOUNTS,
    fee=_AMOUNTS,
    currency=strategies.sampled_from(["EUR", "JPY", "KWD", "USD"]),
    created=strategies.integers(0, 7_000).map(lambda days: WHEN + timedelta(days=days, minutes=days)),
    number=strategies.integers(1, 30),
)
"""Any movement, of known and unknown kinds, whose id may be another's, too."""
