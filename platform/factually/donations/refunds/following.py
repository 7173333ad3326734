"""Follows refunds to their end: what Stripe lists of a charge becomes rows that only go forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from factually.audit.journal import record
from factually.donations.aftermath import CAME_BACK, GIVEN_BACK, RefundState, refund_moves
from factually.donations.refunds.models import Refund, RefundCause
from factually.foundation.identifiers import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from factually.donations.aftermath import RefundSnapshot
    from factually.donations.models import Gift
    from factually.donations.progress import Step


def follow_refunds(
    session: Session, gift: Gift, snapshots: Sequence[RefundSnapshot], *, step: Step
) -> list[Refund]:
    """Bring the refund rows of a locked gift up to what Stripe says, and return those that moved."""
    if not snapshots:
        return []
    rows = session.scalars(select(Refund).where(Refund.gift_id == gift.id)).all()
    moved = []
    for snapshot in snapshots:
        row = next((row for row in rows if _is_same(row, snapshot)), None)
        if row is None:
            moved.append(_note_foreign(session, gift, snapshot, step=step))
        elif refund_moves(RefundState(row.state), snapshot.state):
            row.stripe_id = snapshot.id
            row.state = snapshot.state.value
            row.problem = snapshot.failure_reason
            row.lease_until = None
            row.updated_at = step.now
            moved.append(row)
    session.flush()
    for row in moved:
        _journal(session, row, step=step)
    return moved


def returned_minor(session: Session, gift: Gift) -> int:
    """Return what of a gift stands as given back, in minor units."""
    total = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.gift_id == gift.id, Refund.state.in_([state.value for state in GIVEN_BACK])
    )
    return int(session.execute(total).scalar_one())


def _is_same(row: Refund, snapshot: RefundSnapshot) -> bool:
    """Know a refund by Stripe's id, or by ours in its metadata where the answer to our call was lost."""
    if row.stripe_id is not None:
        return row.stripe_id == snapshot.id
    return row.id == snapshot.row_id and row.amount_minor == snapshot.amount


def _note_foreign(session: Session, gift: Gift, snapshot: RefundSnapshot, *, step: Step) -> Refund:
    row = Refund(
        id=new_id(),
        gift_id=gift.id,
        amount_minor=snapshot.amount,
        currency=gift.currency,
        cause=RefundCause.ELSEWHERE.value,
        requested_at=snapshot.created,
        needs_second=False,
        state=snapshot.state.value,
        stripe_id=snapshot.id,
        problem=snapshot.failure_reason,
        updated_at=step.now,
    )
    session.add(row)
    return row


def _journal(session: Session, row: Refund, *, step: Step) -> None:
    record(
        session,
        actor=step.actor,
        event="refund.came_back" if row.state in CAME_BACK else f"refund.{row.state}",
        subject=f"gift:{row.gift_id}",
        now=step.now,
        details={
            "refund": str(row.id),
            "amount": row.amount_minor,
            "cause": row.cause,
            "problem": row.problem,
        },
    )
