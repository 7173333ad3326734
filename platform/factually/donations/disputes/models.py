"""The rows of disputes, of our answers to them, and of card networks' warnings."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from factually.donations.aftermath import DisputeStatus
from factually.foundation.crypto import Place
from factually.foundation.database import Base, one_of


class AnswerState(StrEnum):
    """How far our answer to a dispute is."""

    READY = "ready"
    """Written, and on its way to the bank."""
    SENT = "sent"
    REFUSED = "refused"
    """Stripe took no answer any more."""


class Dispute(Base):
    """A dispute or an inquiry about one gift's charge, as last seen at Stripe.

    Attributes:
        id: Stripe's, ``du_…``.
        reason: The bank's word.
        status: Stripe's; it only goes forward.
        due_by: When evidence must be in; None once the bank waits for none.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint(one_of("status", DisputeStatus), name="status_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("ix_dispute_gift_id", "gift_id"),
        Index("ix_dispute_opened_at", "opened_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    gift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gift.id", ondelete="RESTRICT"))
    charge_id: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]
    due_by: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DisputeAnswer(Base):
    """What we tell the bank about one dispute, written before it is sent; the bank takes one answer.

    Attributes:
        text: Sealed: what the auditor wrote and the receipt below it, as the bank gets it.
    """

    __tablename__ = "dispute_answer"
    __table_args__ = (
        CheckConstraint(one_of("state", AnswerState), name="state_known"),
        CheckConstraint("octet_length(text) >= 39", name="text_given"),
        Index("uq_dispute_answer_one", "dispute_id", unique=True, postgresql_where="state <> 'refused'"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[str] = mapped_column(ForeignKey("dispute.id", ondelete="RESTRICT"))
    text: Mapped[bytes]
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime]
    state: Mapped[str]
    round: Mapped[int] = mapped_column(default=1)
    lease_until: Mapped[datetime | None]
    problem: Mapped[str | None]
    updated_at: Mapped[datetime]

    @property
    def idempotency_key(self) -> str:
        """Stripe's key of the next send."""
        return f"evi:{self.id}" if self.round == 1 else f"evi:{self.id}:{self.round}"


class FraudWarning(Base):
    """A card network's early word that one gift's payment may be fraud.

    Attributes:
        id: Stripe's, ``issfr_…``.
        actionable: Whether a refund in full can still prevent a dispute; it only goes from true to false.
    """

    __tablename__ = "fraud_warning"
    __table_args__ = (Index("ix_fraud_warning_gift_id", "gift_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    gift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gift.id", ondelete="RESTRICT"))
    charge_id: Mapped[str]
    fraud_type: Mapped[str]
    actionable: Mapped[bool]
    warned_at: Mapped[datetime]


def answer_place(answer_id: uuid.UUID) -> Place:
    """Return the place of an answer's text."""
    return Place("dispute_answer", "text", str(answer_id))
