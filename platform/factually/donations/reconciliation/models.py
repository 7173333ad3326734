"""What each reconciliation found, kept for ever, for the operator's page and for the next run."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factually.donations.reconciliation.differences import DifferenceKind, Mending
from factually.foundation.database import Base

_KINDS = ", ".join(repr(kind.value) for kind in DifferenceKind)
_MENDINGS = ", ".join(repr(mending.value) for mending in Mending)


class ReconciliationRun(Base):
    """One finished reconciliation; one that died left no row, and the next does its work.

    Attributes:
        since: From when on Stripe's movements were walked; None for all of them.
        movements: How many were walked.
        posted: How many of them the books lacked.
    """

    __tablename__ = "reconciliation_run"
    __table_args__ = (
        CheckConstraint("posted BETWEEN 0 AND movements", name="posted_of_walked"),
        CheckConstraint("started_at <= finished_at", name="started_before_finished"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    since: Mapped[datetime | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    movements: Mapped[int]
    posted: Mapped[int]


class ReconciliationBalance(Base):
    """What Stripe owed us in one currency at the end of a run, by its word and by the books; minor units."""

    __tablename__ = "reconciliation_balance"
    __table_args__ = ({"info": {"append_only": True}},)

    run_id: Mapped[int] = mapped_column(
        ForeignKey("reconciliation_run.id", ondelete="RESTRICT"), primary_key=True
    )
    currency: Mapped[str] = mapped_column(primary_key=True)
    stripe_minor: Mapped[int]
    books_minor: Mapped[int]


class ReconciliationDifference(Base):
    """One contradiction that a run found; `mending` is None where a person must look."""

    __tablename__ = "reconciliation_difference"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind_known"),
        CheckConstraint(f"mending IN ({_MENDINGS})", name="mending_known"),
        {"info": {"append_only": True}},
    )

    run_id: Mapped[int] = mapped_column(
        ForeignKey("reconciliation_run.id", ondelete="RESTRICT"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    subject: Mapped[str]
    sentence: Mapped[str]
    mending: Mapped[str | None]


class ReconciliationExplanation(Base):
    """Why a difference is as it should be, by a person; for every run that finds it again as it was.

    Attributes:
        sentence: The difference as the person read it.
        extent: See `Difference.extent`.
    """

    __tablename__ = "reconciliation_explanation"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind_known"),
        CheckConstraint("length(reason) BETWEEN 10 AND 5000", name="reason_length"),
        UniqueConstraint("kind", "subject", "extent"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    extent: Mapped[str]
    sentence: Mapped[str]
    reason: Mapped[str]
    explained_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    explained_at: Mapped[datetime]
