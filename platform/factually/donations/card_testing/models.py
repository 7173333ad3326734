"""The row of a turn: when a card may go to Stripe, when it went, whether it paid; forgotten after a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from factually.donations.card_testing.pacing import Queue
from factually.foundation.database import Base

_QUEUES = ", ".join(repr(queue.value) for queue in Queue)


class CardTurn(Base):
    """One card that somebody asked to try.

    Attributes:
        subject: What is to be paid, such as the id of a gift.
        entry: Which card, by the token of its entry; it is asked about again and again while it waits.
        address: Keyed hash of the connection, never the address itself. Of one address one card waits.
        email_index: Blind index of the donor's address.
        card_index: Blind index of the card, once Stripe was asked about it.
        queue: Where it waits or waited; None for a card that went at once, or was turned away.
        due_at: Its moment in the queue.
        passed_at: When it went to Stripe.
        paid: Whether a bank authorised it; None while nobody knows.
    """

    __tablename__ = "card_turn"
    __table_args__ = (
        CheckConstraint(f"queue IN ({_QUEUES})", name="queue_known"),
        CheckConstraint("(queue IS NULL) = (due_at IS NULL)", name="turn_has_moment"),
        CheckConstraint("(paid IS NULL) = (answered_at IS NULL)", name="answer_has_time"),
        CheckConstraint("paid IS NULL OR passed_at IS NOT NULL", name="answered_after_it_passed"),
        CheckConstraint("octet_length(address) = 32", name="address_length"),
        CheckConstraint("octet_length(email_index) = 32", name="email_index_length"),
        CheckConstraint("octet_length(card_index) = 32", name="card_index_length"),
        Index("ix_card_turn_subject", "subject", "id"),
        Index("ix_card_turn_entry", "entry"),
        Index("ix_card_turn_address", "address", "asked_at"),
        Index("ix_card_turn_asked_at", "asked_at"),
        Index("ix_card_turn_due", "queue", "due_at", postgresql_where="due_at IS NOT NULL"),
        Index("ix_card_turn_passed_at", "passed_at", postgresql_where="passed_at IS NOT NULL"),
        Index("ix_card_turn_answered_at", "answered_at", postgresql_where="answered_at IS NOT NULL"),
        Index("ix_card_turn_declined_email", "email_index", "answered_at", postgresql_where="NOT paid"),
        Index("ix_card_turn_declined_card", "card_index", "answered_at", postgresql_where="NOT paid"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    subject: Mapped[str]
    entry: Mapped[str]
    address: Mapped[bytes]
    email_index: Mapped[bytes]
    card_index: Mapped[bytes | None]
    queue: Mapped[str | None]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    paid: Mapped[bool | None]
