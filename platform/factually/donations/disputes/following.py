"""Follows disputes and warnings: what Stripe lists of a charge becomes rows that only go forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from factually.audit.journal import record
from factually.donations.aftermath import DisputeStatus, dispute_moves
from factually.donations.disputes.models import Dispute, FraudWarning

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from factually.donations.aftermath import DisputeSnapshot, WarningSnapshot
    from factually.donations.models import Gift
    from factually.donations.progress import Step


def follow_disputes(
    session: Session, gift: Gift, snapshots: Sequence[DisputeSnapshot], *, step: Step
) -> None:
    """Bring the dispute rows of a locked gift up to what Stripe says."""
    if not snapshots:
        return
    rows = {row.id: row for row in session.scalars(select(Dispute).where(Dispute.gift_id == gift.id))}
    for snapshot in snapshots:
        row = rows.get(snapshot.id)
        if row is None:
            row = _new_row(gift, snapshot)
            session.add(row)
        elif not dispute_moves(DisputeStatus(row.status), snapshot.status):
            continue
        row.status = snapshot.status.value
        row.due_by = snapshot.due_by
        row.updated_at = step.now
        session.flush()
        _journal(session, gift.id, row, step=step)


def dispute_statuses(session: Session, gift: Gift) -> list[DisputeStatus]:
    """Return how every dispute of a gift stands, as our rows have it."""
    rows = session.scalars(select(Dispute.status).where(Dispute.gift_id == gift.id))
    return [DisputeStatus(status) for status in rows]


def follow_warnings(
    session: Session, gift_id: uuid.UUID, snapshots: Sequence[WarningSnapshot], *, step: Step
) -> int:
    """Keep a card network's warnings of one gift, and return how many are new."""
    new = 0
    for snapshot in snapshots:
        added = session.execute(
            insert(FraudWarning)
            .values(
                id=snapshot.id,
                gift_id=gift_id,
                charge_id=snapshot.charge_id,
                fraud_type=snapshot.fraud_type,
                actionable=snapshot.actionable,
                warned_at=snapshot.created,
            )
            .on_conflict_do_nothing(index_elements=["id"])
            .returning(FraudWarning.id)
        ).scalar_one_or_none()
        if added is not None:
            new += 1
            record(
                session,
                actor=step.actor,
                event="gift.fraud_warning",
                subject=f"gift:{gift_id}",
                now=step.now,
                details={"warning": snapshot.id, "type": snapshot.fraud_type},
            )
        elif not snapshot.actionable:
            session.get_one(FraudWarning, snapshot.id).actionable = False
    return new


def _new_row(gift: Gift, snapshot: DisputeSnapshot) -> Dispute:
    return Dispute(
        id=snapshot.id,
        gift_id=gift.id,
        charge_id=snapshot.charge_id,
        amount_minor=snapshot.amount,
        currency=gift.currency,
        reason=snapshot.reason,
        opened_at=snapshot.created,
    )


def _journal(session: Session, gift_id: uuid.UUID, row: Dispute, *, step: Step) -> None:
    record(
        session,
        actor=step.actor,
        event=f"dispute.{row.status}",
        subject=f"gift:{gift_id}",
        now=step.now,
        details={"dispute": row.id, "amount": row.amount_minor, "reason": row.reason},
    )
