"""Refunds and disputes of made-up gifts, through the running sandbox."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from factually.audit.journal import SYSTEM
from factually.donations.journey import Journey
from factually.donations.refunds.asking import RefundRequest, ask_for_refund
from factually.donations.refunds.models import Refund
from factually.donations.refunds.sending import RefundSender
from factually.foundation.money import Money
from tests.support.donation_factories import SECOND_FROM

if TYPE_CHECKING:
    from factually.accounts.models import Account
    from factually.donations.models import Gift
    from tests.support.donation_factories import GivingDesk

WHY = "The donor wrote that the gift was a mistake."


def ask(  # noqa: PLR0913 - each test names the one or two that matter to it
    desk: GivingDesk,
    gift: Gift,
    auditor: Account,
    minor: int = 500,
    *,
    key: uuid.UUID | None = None,
    reason: str = WHY,
    second_from: Money = SECOND_FROM,
) -> uuid.UUID:
    """Ask for a refund in the gift's currency, five dollars unless told otherwise; nothing is sent."""
    request = RefundRequest(
        key=key or uuid.uuid4(),
        amount=Money(minor, gift.currency),
        reason=reason,
        requested_by=auditor.id,
        second_from=second_from,
    )
    with desk.database.transaction() as session:
        return ask_for_refund(session, gift.id, request, keyring=desk.keyring, now=desk.clock.now())


def sender(desk: GivingDesk) -> RefundSender:
    """What sends refunds, as the worker does."""
    journey = Journey(
        database=desk.database, gateway=desk.gateway, post=desk.post, clock=desk.clock, actor=SYSTEM
    )
    return RefundSender(journey=journey)


def send_refunds(desk: GivingDesk) -> None:
    """Send every refund that is approved."""
    for refund in refunds(desk):
        sender(desk).send(refund.id)


def refunds(desk: GivingDesk) -> list[Refund]:
    """All refunds, the oldest first."""
    with desk.database.transaction() as session:
        return list(session.scalars(select(Refund).order_by(Refund.requested_at, Refund.id)))


def refund_at_sandbox(desk: GivingDesk, gift: Gift) -> list[dict[str, Any]]:
    """The gift's refunds as the sandbox lists them."""
    return [refund for refund in desk.at_sandbox("refunds") if refund["charge"] == gift.charge_id]


def dispute(desk: GivingDesk, gift: Gift, *, inquiry: bool = False) -> str:
    """Let the donor's bank dispute a gift, or ask about it, and settle; return the dispute's id."""
    opened = desk.sandbox.force("disputes", {"charge": gift.charge_id, "inquiry": inquiry})
    desk.journey.settle(gift.id)
    return str(opened["id"])


def decide(desk: GivingDesk, gift: Gift, dispute_id: str, outcome: str) -> None:
    """Let the bank decide a dispute, and settle."""
    desk.sandbox.force(f"disputes/{dispute_id}/decide", {"outcome": outcome})
    desk.journey.settle(gift.id)
