"""Sends an approved refund: its row is claimed, then Stripe is called, then the gift is settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.audit.journal import record
from factually.donations.aftermath import RefundState
from factually.donations.gateway import GatewayBusy, GatewayError, GatewayFailed, GatewayRefused, RefundOrder
from factually.donations.progress import LEASE, lock_gift
from factually.donations.refunds.models import Refund
from factually.foundation.errors import Unavailable
from factually.jobs.queue import defer

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.journey import Journey
    from factually.donations.models import Gift

SEND: Final = "donations.send_refund"
_NOT_ANSWERING: Final = "Our payment provider isn't answering. The refund is tried again by itself."


@dataclass(frozen=True, kw_only=True)
class RefundSender:
    """Sends refunds; a death between any two lines is mended by the next send of the same row.

    Under one idempotency key Stripe makes one refund. It forgets keys after a day, and it repeats its own
    errors under a key: so a refund that was sent before is first looked for, by our id in its metadata.
    """

    journey: Journey

    def send(self, refund_id: uuid.UUID) -> None:
        """Send a refund, if it is approved and nobody else is sending it, and settle its gift.

        Raises:
            Unavailable: Stripe did not answer; the row is as it was, and the worker tries again.
        """
        with self.journey.database.transaction() as session:
            refund = session.get_one(Refund, refund_id)
        if refund.sends > 0:
            self.journey.settle(refund.gift_id)
        order = self._claim(refund_id)
        if order is None:
            return
        try:
            self.journey.gateway.refund(order)
        except GatewayBusy:
            return
        except GatewayRefused as refused:
            self._refuse(refund_id, refused.code)
        except GatewayFailed as error:
            self._begin_round(refund_id, order)
            raise Unavailable(_NOT_ANSWERING) from error
        except GatewayError as error:
            raise Unavailable(_NOT_ANSWERING) from error
        self.journey.settle(refund.gift_id)

    def _claim(self, refund_id: uuid.UUID) -> RefundOrder | None:
        now = self.journey.clock.now()
        with self.journey.database.transaction() as session:
            refund, gift = _locked(session, refund_id)
            if refund.state != RefundState.APPROVED.value or gift.payment_intent_id is None:
                return None
            if refund.lease_until is not None and refund.lease_until > now:
                return None
            refund.sends += 1
            refund.lease_until = now + LEASE
            send_soon(session, refund_id, at=refund.lease_until)
            return RefundOrder(
                refund_id=str(refund.id),
                intent_id=gift.payment_intent_id,
                amount=refund.amount_minor,
                idempotency_key=refund.idempotency_key,
            )

    def _begin_round(self, refund_id: uuid.UUID, order: RefundOrder) -> None:
        """Take the next key: Stripe would only repeat its error under this one."""
        with self.journey.database.transaction() as session:
            refund, _ = _locked(session, refund_id)
            if refund.idempotency_key == order.idempotency_key:
                refund.round += 1
                refund.lease_until = None

    def _refuse(self, refund_id: uuid.UUID, code: str) -> None:
        now = self.journey.clock.now()
        with self.journey.database.transaction() as session:
            refund, gift = _locked(session, refund_id)
            if refund.state != RefundState.APPROVED.value:
                return
            refund.state = RefundState.REFUSED.value
            refund.problem = code
            refund.lease_until = None
            refund.updated_at = now
            record(
                session,
                actor=self.journey.actor,
                event="refund.refused",
                subject=f"gift:{gift.id}",
                now=now,
                details={"refund": str(refund_id), "problem": code},
            )


def send_soon(session: Session, refund_id: uuid.UUID, *, at: datetime | None = None) -> None:
    """Queue the sending of a refund, at once or as a safety net for a process that may die on the way."""
    lock = f"{SEND}:{refund_id}" if at is None else f"{SEND}-later:{refund_id}"
    defer(session, SEND, queueing_lock=lock, schedule_at=at, refund_id=str(refund_id))


def queue_unsent(session: Session, *, now: datetime) -> int:
    """Queue each approved refund that nobody is sending, and return how many."""
    waiting = session.scalars(
        select(Refund.id).where(Refund.state == RefundState.APPROVED.value, Refund.updated_at <= now - LEASE)
    ).all()
    for refund_id in waiting:
        send_soon(session, refund_id)
    return len(waiting)


def _locked(session: Session, refund_id: uuid.UUID) -> tuple[Refund, Gift]:
    """Lock the gift first, always: all that moves it does, so no two wait crosswise."""
    gift_id = session.execute(select(Refund.gift_id).where(Refund.id == refund_id)).scalar_one()
    gift = lock_gift(session, gift_id)
    return session.get_one(Refund, refund_id, populate_existing=True), gift
