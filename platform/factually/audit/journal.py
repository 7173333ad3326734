"""Journal entries: written in the transaction of the act itself, never changed after.

If the entry can't be written, the act doesn't happen; that holds for a look at a donor as well
(DESIGN section 2, promise 4). A trigger refuses UPDATE, DELETE and TRUNCATE.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Identity, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from factually.foundation.database import Base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row
    from sqlalchemy.orm import Session

    from factually.foundation.canonical import JsonValue


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    Attributes:
        kind: `account`, `donor`, `system` or `stripe`.
        id: Opaque id, never a name or an address.
    """

    kind: str
    id: str


SYSTEM = Actor("system", "factually")
STRIPE = Actor("stripe", "webhook")


class JournalEntry(Base):
    """One act or look: who, what, on what, when."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        CheckConstraint("actor_kind IN ('account', 'donor', 'system', 'stripe')", name="actor_kind_known"),
        Index("ix_journal_entry_subject", "subject", "id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    event: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, object]]


def record(  # noqa: PLR0913 - an entry is these facts; a wrapper would only rename them
    session: Session,
    *,
    actor: Actor,
    event: str,
    subject: str,
    now: datetime,
    details: Mapping[str, JsonValue] | None = None,
) -> None:
    """Add an entry to the caller's transaction.

    Args:
        session: The transaction of the act.
        actor: Who acts.
        event: `subject.verb`, such as `gift.viewed`.
        subject: `kind:id`, such as `gift:6f…`.
        now: When.
        details: Opaque facts that help an auditor; never personal data.
    """
    session.add(
        JournalEntry(
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            event=event,
            subject=subject,
            details=dict(details or {}),
        ),
    )
    # Sent now, so that a refused entry stops the act before anything is shown.
    session.flush()


def entries_about(
    connection: Connection | Session, subject: str
) -> Sequence[Row[datetime, str, str, str, dict[str, object]]]:
    """Return all entries about a subject, oldest first: `at, actor_kind, actor_id, event, details`."""
    return connection.execute(
        select(
            JournalEntry.at,
            JournalEntry.actor_kind,
            JournalEntry.actor_id,
            JournalEntry.event,
            JournalEntry.details,
        )
        .where(JournalEntry.subject == subject)
        .order_by(JournalEntry.id),
    ).all()
