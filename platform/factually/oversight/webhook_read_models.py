"""Rows for the operators' page on Stripe's events; nothing in them leads to a donor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select

from factually.donations.inbox import OVERDUE
from factually.donations.models import WebhookEvent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Select

LONGEST_LIST: Final = 100


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """An event that somebody should look at; `subject_id` is Stripe's id of what it tells of."""

    event_id: str
    type: str
    subject_id: str | None
    api_version: str | None
    received_at: datetime
    damaged_reason: str | None
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """How the inbox of events is.

    Attributes:
        waiting: Not handled yet, the oldest first.
        waiting_count: How many there are in all.
        damaged: Signed and not understood, the newest first.
        foreign: Worded for another version of the API, the newest first.
        last_received_at: When the last event came; None before the first.
        received: How many ever came.
    """

    waiting: Sequence[EventRow]
    waiting_count: int
    damaged: Sequence[EventRow]
    foreign: Sequence[EventRow]
    last_received_at: datetime | None
    received: int

    @property
    def overdue(self) -> bool:
        """Whether any event has waited for more than an hour."""
        return any(row.overdue for row in self.waiting)


def read_inbox(connection: Connection, *, now: datetime) -> Inbox:
    """Return how the inbox is."""
    waits = WebhookEvent.processed_at.is_(None)
    odd = or_(WebhookEvent.damaged_reason.is_not(None), WebhookEvent.foreign_version)
    newest = WebhookEvent.received_at.desc()
    strange = _rows(connection, select(WebhookEvent).where(odd).order_by(newest).limit(LONGEST_LIST), now)
    waiting = select(WebhookEvent).where(waits).order_by(WebhookEvent.received_at).limit(LONGEST_LIST)
    counts = connection.execute(
        select(func.count().filter(waits), func.count(), func.max(WebhookEvent.received_at))
    ).one()
    return Inbox(
        waiting=_rows(connection, waiting, now),
        waiting_count=counts[0],
        damaged=[row for row in strange if row.damaged_reason is not None],
        foreign=[row for row in strange if row.damaged_reason is None],
        received=counts[1],
        last_received_at=counts[2],
    )


def _rows(connection: Connection, query: Select[WebhookEvent], now: datetime) -> list[EventRow]:
    return [
        EventRow(
            event_id=row.event_id,
            type=row.type,
            subject_id=row.subject_id,
            api_version=row.api_version,
            received_at=row.received_at,
            damaged_reason=row.damaged_reason,
            overdue=row.processed_at is None and row.received_at <= now - OVERDUE,
        )
        for row in connection.execute(query)
    ]
