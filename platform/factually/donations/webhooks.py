"""Stripe's webhook: verified, written down once, answered at once; the work is the worker's."""

from __future__ import annotations

import uuid
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import structlog
from flask import Blueprint, request
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from factually.donations.context import donations_context
from factually.donations.gateway import BadSignature, Notice
from factually.donations.models import Gift, WebhookEvent
from factually.donations.progress import SETTLE
from factually.jobs.queue import defer
from factually.web.access import ANYONE, policy
from factually.web.context import web_context

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

blueprint = Blueprint("webhooks", __name__)
_DAMAGED_ID_DIGITS: Final = 32


@blueprint.post("/webhooks/stripe", endpoint="receive")
@policy(ANYONE, csrf=False)
def receive() -> tuple[str, int]:
    """Take one event: 400 unless Stripe signed it within 300 seconds, 200 as soon as it is stored.

    An event is a hint (stripe.md section 5): the job it queues fetches the truth.
    """
    donations = donations_context()
    web = web_context()
    payload = request.get_data()
    try:
        notice = donations.gateway.read_notice(payload, request.headers.get("Stripe-Signature", ""))
    except BadSignature:
        return "bad signature", 400
    except ValueError as error:
        with web.database.transaction() as session:
            _keep_damaged(session, payload, str(error), livemode=donations.livemode, now=web.clock.now())
        return "kept as damaged", 200
    if notice.livemode != donations.livemode:
        structlog.get_logger().warning("webhook.wrong_mode", event_id=notice.event_id)
        return "wrong mode", 400
    with web.database.transaction() as session:
        accept(session, notice, now=web.clock.now())
    return "ok", 200


def accept(session: Session, notice: Notice, *, now: datetime) -> bool:
    """Write an event down and queue its gift's settling in the same transaction.

    Returns:
        Whether it was new; a repeat changes nothing.
    """
    gift_id = _gift_of(session, notice)
    added = session.execute(
        insert(WebhookEvent)
        .values(
            event_id=notice.event_id,
            type=notice.type,
            livemode=notice.livemode,
            api_version=notice.api_version,
            gift_id=gift_id,
            received_at=now,
            processed_at=now if gift_id is None else None,
        )
        .on_conflict_do_nothing(index_elements=["event_id"])
        .returning(WebhookEvent.event_id)
    ).scalar_one_or_none()
    if added is not None and gift_id is not None:
        defer(
            session,
            SETTLE,
            queueing_lock=f"{SETTLE}:{notice.event_id}",
            gift_id=str(gift_id),
            intent_id=notice.intent_id,
            event_id=notice.event_id,
        )
    return added is not None


def _gift_of(session: Session, notice: Notice) -> uuid.UUID | None:
    if notice.intent_id is None:
        return None
    named = _as_uuid(notice.gift_id)
    return session.execute(
        select(Gift.id)
        .where(or_(Gift.payment_intent_id == notice.intent_id, Gift.id == named))
        .order_by((Gift.payment_intent_id == notice.intent_id).desc().nulls_last())
        .limit(1)
    ).scalar_one_or_none()


def _keep_damaged(session: Session, payload: bytes, reason: str, *, livemode: bool, now: datetime) -> None:
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


def _as_uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
