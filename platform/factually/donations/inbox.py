"""The inbox of Stripe's events: each is written down once, in one transaction with the job it asks for."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from factually.donations.events import Errand, errand_of
from factually.donations.handling import as_uuid
from factually.donations.models import Gift, WebhookEvent
from factually.jobs.queue import defer

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.gateway import Notice

HANDLE: Final = "donations.handle_event"
WAITED_LONG: Final = timedelta(minutes=10)
"""A job that is tried again has had several turns by then; the sweep queues a new one."""
OVERDUE: Final = timedelta(hours=1)
"""From then on a waiting event is an alarm (security.md section 5, P5)."""
_LOOKED_AT_ITSELF: Final = frozenset({Errand.CARD, Errand.INVOICE, Errand.PAYOUT, Errand.SUBSCRIPTION})
"""Errands to the very object that the event is about, whether a gift is known of it or not."""
_DAMAGED_ID_DIGITS: Final = 32
_LOG = structlog.get_logger(__name__)


def accept(session: Session, notice: Notice, *, now: datetime) -> bool:
    """Write an event down and queue what it asks for in the same transaction.

    An event in the words of another API version is kept and handled all the same, since everything is
    fetched anew in our own; the log and the operators' page say so.

    Returns:
        Whether it was new; a repeat changes nothing.
    """
    gift_id = _gift_of(session, notice)
    asks = gift_id is not None or _leads_somewhere(notice)
    added = session.execute(
        insert(WebhookEvent)
        .values(
            event_id=notice.event_id,
            type=notice.type,
            livemode=notice.livemode,
            api_version=notice.api_version,
            foreign_version=notice.foreign_version,
            subject_id=notice.subject_id,
            intent_id=notice.intent_id,
            charge_id=notice.charge_id,
            gift_id=gift_id,
            received_at=now,
            processed_at=None if asks else now,
        )
        .on_conflict_do_nothing(index_elements=["event_id"])
        .returning(WebhookEvent.event_id)
    ).scalar_one_or_none()
    if added is None:
        return False
    if notice.foreign_version:
        _LOG.error("webhook.other_version", event_id=notice.event_id, version=notice.api_version)
    if asks:
        _handle_soon(session, notice.event_id)
    return True


def keep_damaged(session: Session, payload: bytes, reason: str, *, livemode: bool, now: datetime) -> None:
    """Keep that a signed body could not be used, by its hash, and why; the body itself may name a donor."""
    _LOG.error("webhook.damaged", reason=reason)
    session.execute(
        insert(WebhookEvent)
        .values(
            event_id=f"damaged:{sha256(payload).hexdigest()[:_DAMAGED_ID_DIGITS]}",
            type="damaged",
            livemode=livemode,
            received_at=now,
            processed_at=now,
            damaged_reason=reason,
        )
        .on_conflict_do_nothing(index_elements=["event_id"])
    )


def queue_waiting(session: Session, *, now: datetime) -> int:
    """Queue each event anew that has waited long, and return how many are overdue."""
    waiting = session.execute(
        select(WebhookEvent.event_id, WebhookEvent.received_at).where(
            WebhookEvent.processed_at.is_(None), WebhookEvent.received_at <= now - WAITED_LONG
        )
    ).all()
    for event_id, _ in waiting:
        _handle_soon(session, event_id)
    overdue = sum(received_at <= now - OVERDUE for _, received_at in waiting)
    if overdue:
        _LOG.error("webhook.overdue", events=overdue)
    return overdue


def _handle_soon(session: Session, event_id: str) -> None:
    defer(session, HANDLE, queueing_lock=f"{HANDLE}:{event_id}", event_id=event_id)


def _leads_somewhere(notice: Notice) -> bool:
    """Tell whether Stripe can be asked which gift it is; an intent itself would have named it."""
    errand = errand_of(notice.type)
    if errand in _LOOKED_AT_ITSELF:
        return True
    names_more = notice.charge_id is not None or notice.intent_id not in {None, notice.subject_id}
    return errand is not Errand.NOTHING and names_more


def _gift_of(session: Session, notice: Notice) -> uuid.UUID | None:
    if errand_of(notice.type) is Errand.NOTHING:
        return None
    known = [
        column == value
        for column, value in (
            (Gift.payment_intent_id, notice.intent_id),
            (Gift.charge_id, notice.charge_id),
            (Gift.id, as_uuid(notice.gift_id)),
        )
        if value is not None
    ]
    if not known:
        return None
    # The gift's own ids come before what metadata says.
    return session.execute(
        select(Gift.id).where(or_(*known)).order_by(known[0].desc().nulls_last()).limit(1)
    ).scalar_one_or_none()
