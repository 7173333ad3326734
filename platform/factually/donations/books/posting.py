"""Writes a movement into the books, once, whoever brings it: the fold of a gift, or the reconciliation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects.postgresql import insert

from factually.donations.books.models import LedgerEntry, LedgerTransaction
from factually.donations.books.movements import entries_of

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.books.movements import BalanceMovement


def post(session: Session, movement: BalanceMovement, *, gift_id: uuid.UUID | None, now: datetime) -> bool:
    """Post a movement unless it was posted before.

    Args:
        session: Transaction of the caller; the books balance at its commit or it fails.
        movement: What Stripe says happened to our balance.
        gift_id: The gift it belongs to, or None for payouts, fees and what no gift is known for.
        now: When it is posted.

    Returns:
        Whether it was new; a repeat changes nothing.
    """
    entries = entries_of(movement)
    presented = movement.presented
    transaction_id = session.execute(
        insert(LedgerTransaction)
        .values(
            balance_transaction_id=movement.id,
            type=movement.type,
            reporting_category=movement.reporting_category,
            source_id=movement.source_id,
            presented_minor=None if presented is None else presented.minor,
            presented_currency=None if presented is None else presented.currency,
            gift_id=gift_id,
            entry_count=len(entries),
            occurred_at=movement.created,
            available_on=movement.available_on,
            posted_at=now,
        )
        .on_conflict_do_nothing(index_elements=["balance_transaction_id"])
        .returning(LedgerTransaction.id)
    ).scalar_one_or_none()
    if transaction_id is None:
        return False
    lines = [
        {
            "transaction_id": transaction_id,
            "position": position,
            "account": entry.account.value,
            "amount_minor": entry.amount,
            "currency": movement.currency,
        }
        for position, entry in enumerate(entries, start=1)
    ]
    if lines:
        session.execute(insert(LedgerEntry), lines)
    return True
