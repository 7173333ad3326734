"""Tables of re-screening: runs in partitions, the cases they opened, and what people decided on these."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factually.foundation.database import Base
from factually.independence.models import SEALED_TEN_CHARACTERS

_APPEND_ONLY: Final = {"info": {"append_only": True}}


class Walk(StrEnum):
    """What a partition goes through: changed register rows, or past donors."""

    ROWS = "rows"
    DONORS = "donors"


class Cause(StrEnum):
    """Why past donors are screened again."""

    REGISTER = "register"
    POLICY = "policy"
    ENGINE = "engine"
    REQUEST = "request"


class Remedy(StrEnum):
    """What a person decides on money that was taken and is in doubt (DS27)."""

    KEEP = "keep"
    RETURN = "return"


class RescreeningRun(Base):
    """One pass over past donors.

    Attributes:
        old_version: Version that was in force before; None where the register is new.
        new_version: Version whose new and changed rows are searched; None for every other cause.
        cause: What changed, or that somebody asked.
        engine: The engine of whoever asked for a run over all donors; None for a register, and unknown before
            this was written down.
        whole: Whether every donor is screened, whatever changed.
        begins_at: When it may begin: until then gifts may be under way that read the old version or policy.
            For a register set by the first job that sees the run, since only then the new version is in force
            for all.
        changed_rows: How many rows are searched; None before the start, and where all donors are walked.
    """

    __tablename__ = "rescreening_run"
    __table_args__ = (
        CheckConstraint("whole OR new_version IS NOT NULL", name="has_a_cause"),
        CheckConstraint("cause IN ('register', 'policy', 'engine', 'request')", name="cause_known"),
        CheckConstraint("whole = (cause <> 'register')", name="whole_unless_register"),
        CheckConstraint("cause <> 'engine' OR engine IS NOT NULL", name="engine_named"),
        Index("uq_rescreening_run_engine", "engine", unique=True, postgresql_where="cause = 'engine'"),
        CheckConstraint("finished_at IS NULL OR started_at IS NOT NULL", name="started_before_finished"),
        Index("ix_rescreening_run_open", "id", postgresql_where="finished_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    old_version: Mapped[int | None] = mapped_column(ForeignKey("register_version.id"))
    new_version: Mapped[int | None] = mapped_column(ForeignKey("register_version.id"))
    cause: Mapped[str]
    engine: Mapped[str | None]
    whole: Mapped[bool]
    requested_at: Mapped[datetime]
    begins_at: Mapped[datetime | None]
    changed_rows: Mapped[int | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class RescreeningPartition(Base):
    """A part of a run that one worker does at a time.

    Attributes:
        first: First place of the walk: of a row among the changed ones, or the number of a screening.
        last: Last place.
        cursor: Last place that is done; a worker that takes over goes on behind it.
        screened: Donors whose names were compared.
        unreadable: Donors whose sealed record no longer opens.
        opened: Cases opened, or waiting gifts that were judged more strictly.
    """

    __tablename__ = "rescreening_partition"
    __table_args__ = (
        CheckConstraint("walks IN ('rows', 'donors')", name="walks_known"),
        CheckConstraint("first <= last AND cursor BETWEEN first - 1 AND last", name="cursor_within"),
        CheckConstraint("(finished_at IS NOT NULL) = (cursor = last)", name="finished_at_its_end"),
        CheckConstraint("screened >= 0 AND unreadable >= 0 AND opened >= 0", name="counts_not_negative"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("rescreening_run.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    walks: Mapped[str]
    first: Mapped[int]
    last: Mapped[int]
    cursor: Mapped[int]
    screened: Mapped[int]
    unreadable: Mapped[int]
    opened: Mapped[int]
    finished_at: Mapped[datetime | None]


class RescreeningCase(Base):
    """Money already taken that a register row puts in doubt; one case a gift and row, whatever runs again.

    A gift has no foreign key here: gifts are kept by a package that stands on this one.

    Attributes:
        row_index: Keyed hash of the register row, since the table is no list of who gave.
        screening_id: The screening that found it, with `position` the finding.
        return_by: When the money has to be back at the latest (DS27: 30 days from discovery).
    """

    __tablename__ = "rescreening_case"
    __table_args__ = (
        ForeignKeyConstraint(
            ["screening_id", "position"],
            ["screening_finding.screening_id", "screening_finding.position"],
            name="fk_rescreening_case_finding",
        ),
        UniqueConstraint("gift_id", "row_index"),
        CheckConstraint("octet_length(row_index) = 32", name="row_index_size"),
        CheckConstraint("return_by > opened_at", name="time_to_return"),
        Index("ix_rescreening_case_return_by", "return_by"),
        _APPEND_ONLY,
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gift_id: Mapped[uuid.UUID]
    row_index: Mapped[bytes]
    run_id: Mapped[int] = mapped_column(ForeignKey("rescreening_run.id"))
    screening_id: Mapped[uuid.UUID]
    position: Mapped[int]
    opened_at: Mapped[datetime]
    return_by: Mapped[datetime]


class RescreeningDecision(Base):
    """A person's answer to a case, once; the reason is sealed, since it may speak of the donor."""

    __tablename__ = "rescreening_decision"
    __table_args__ = (
        CheckConstraint("remedy IN ('keep', 'return')", name="remedy_known"),
        CheckConstraint(f"octet_length(reason) >= {SEALED_TEN_CHARACTERS}", name="reason_given"),
        _APPEND_ONLY,
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rescreening_case.id"), primary_key=True)
    remedy: Mapped[str]
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[bytes]
    decided_at: Mapped[datetime]
