"""Fetches the events that never reached us: Stripe keeps them for 30 days (stripe.md section 5, point 8)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from factually.donations.gateway import GatewayError
from factually.donations.inbox import accept

if TYPE_CHECKING:
    from datetime import datetime

    from factually.donations.gateway import PaymentGateway
    from factually.foundation.database import Database

KEPT_BY_STRIPE: Final = timedelta(days=30)
_LOG = structlog.get_logger(__name__)


def collect_missed(database: Database, gateway: PaymentGateway, *, now: datetime) -> int:
    """Take in each event that no endpoint of ours accepted, and return how many were new.

    One that is only late does no harm: it is known by its id when it comes. Where Stripe does not answer,
    the next sweep asks again.
    """
    new = 0
    try:
        for notice in gateway.events(since=now - KEPT_BY_STRIPE):
            with database.transaction() as session:
                new += accept(session, notice, now=now)
    except GatewayError as error:
        _LOG.warning("missed_events.not_collected", error=str(error))
    if new:
        _LOG.warning("missed_events.collected", events=new)
    return new
