"""The row of a refund: written before Stripe is asked, moved only forward, never taken away."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from factually.donations.aftermath import RefundState
from factually.foundation.crypto import Place
from factually.foundation.database import Base, one_of


class RefundCause(StrEnum):
    """Why money goes back."""

    REQUEST = "request"
    """An auditor decided it."""
    POLICY = "policy"
    """Taken money came into doubt and a person decided to return it (DS27)."""
    ELSEWHERE = "elsewhere"
    """Made at Stripe and not here; seen there afterwards."""


class Refund(Base):
    """Money given back, or to be given back, of one gift.

    Attributes:
        request_key: Made by the form, or the doubt's case: the same key is the same refund (double click).
        reason: Sealed; None where nobody here asked for it.
        requested_by: Who asked; None where nobody here did.
        needs_second: Whether a second person has to approve (DS33).
        judged_by: The second person, who approved or declined.
        stripe_id: ``re_…``, once it is known.
        round: Number of the idempotency key; a new one follows an answer that Stripe would only repeat.
        sends: How often it was sent.
        lease_until: Until then whoever sent it may still be waiting for the answer.
        problem: Stripe's word for why it was refused or failed.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(one_of("state", RefundState), name="state_known"),
        CheckConstraint(one_of("cause", RefundCause), name="cause_known"),
        CheckConstraint(
            "(cause = 'elsewhere') = (requested_by IS NULL) AND (cause = 'elsewhere') = (reason IS NULL) "
            "AND (cause = 'elsewhere') = (request_key IS NULL)",
            name="asked_with_reason",
        ),
        CheckConstraint("octet_length(reason) >= 39", name="reason_given"),
        CheckConstraint("judged_by <> requested_by", name="two_people"),
        CheckConstraint("(judged_by IS NULL) = (judged_at IS NULL)", name="judged_at_a_time"),
        CheckConstraint("needs_second OR state NOT IN ('proposed', 'declined')", name="only_some_wait"),
        CheckConstraint(
            "NOT needs_second OR (state = 'proposed') = (judged_by IS NULL)", name="second_person_asked"
        ),
        CheckConstraint(
            "stripe_id IS NOT NULL OR state IN ('proposed', 'declined', 'approved', 'refused')",
            name="known_at_stripe",
        ),
        Index("ix_refund_gift_id", "gift_id"),
        Index("ix_refund_waiting", "requested_at", postgresql_where="state IN ('proposed', 'approved')"),
        Index("ix_refund_newest", "requested_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gift.id", ondelete="RESTRICT"))
    request_key: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    cause: Mapped[str]
    reason: Mapped[bytes | None]
    requested_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    requested_at: Mapped[datetime]
    needs_second: Mapped[bool]
    judged_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    judged_at: Mapped[datetime | None]
    state: Mapped[str]
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    round: Mapped[int] = mapped_column(default=1)
    sends: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    problem: Mapped[str | None]
    updated_at: Mapped[datetime]

    @property
    def idempotency_key(self) -> str:
        """Stripe's key of the next send (stripe.md section 3)."""
        return f"ref:{self.id}" if self.round == 1 else f"ref:{self.id}:{self.round}"


def reason_place(refund_id: uuid.UUID) -> Place:
    """Return the place of a refund's reason."""
    return Place("refund", "reason", str(refund_id))
