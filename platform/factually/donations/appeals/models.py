"""The row of an appeal: what the donor wrote, and the one answer it gets.

A trigger keeps what was filed, lets an answer be given once, and refuses one by whoever decided before.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factually.donations.appeals.terms import MOST_APPEALS, SHORTEST_STATEMENT, Finding
from factually.foundation.crypto import Place
from factually.foundation.database import Base
from factually.independence.models import SEALED_TEN_CHARACTERS

_SEALING: Final = 1 + 12 + 16
"""Version byte, nonce and tag (foundation.crypto)."""
_FINDINGS: Final = ", ".join(f"'{finding.value}'" for finding in Finding)


class Appeal(Base):
    """One appeal against the decision on one gift.

    Attributes:
        number: Counts the appeals of the gift, from 1.
        statement: What the donor wrote, sealed: it may name a person.
        answer_by: When the donor was told to expect the answer at the latest.
        reason: The written answer, sealed.
        decision_id: The decision on a held gift that this answer made; None where nothing was held any more.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint(f"number BETWEEN 1 AND {MOST_APPEALS}", name="appeals_capped"),
        CheckConstraint(f"finding IN ({_FINDINGS})", name="finding_known"),
        CheckConstraint(
            f"octet_length(statement) >= {_SEALING + SHORTEST_STATEMENT}", name="statement_given"
        ),
        CheckConstraint(f"octet_length(reason) >= {SEALED_TEN_CHARACTERS}", name="reason_given"),
        CheckConstraint("answer_by > filed_at", name="time_to_answer"),
        CheckConstraint(
            "num_nonnulls(finding, reason, reviewer_id, answered_at) IN (0, 4)", name="answered_whole"
        ),
        CheckConstraint("decision_id IS NULL OR answered_at IS NOT NULL", name="decision_by_answer"),
        UniqueConstraint("gift_id", "number"),
        Index("uq_appeal_open", "gift_id", unique=True, postgresql_where="answered_at IS NULL"),
        Index("ix_appeal_waiting", "answer_by", postgresql_where="answered_at IS NULL"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gift.id", ondelete="RESTRICT"))
    number: Mapped[int]
    statement: Mapped[bytes]
    filed_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    finding: Mapped[str | None]
    reason: Mapped[bytes | None]
    reviewer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    decision_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("gift_decision.id", ondelete="RESTRICT"), unique=True
    )
    answered_at: Mapped[datetime | None]


def statement_place(appeal_id: uuid.UUID) -> Place:
    """Return where a donor's words are sealed."""
    return Place("appeal", "statement", str(appeal_id))


def reason_place(appeal_id: uuid.UUID) -> Place:
    """Return where an answer is sealed."""
    return Place("appeal", "reason", str(appeal_id))
