"""Reads how far runs are, and which cases of taken money are open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from factually.independence.models import RegisterVersion
from factually.independence.rescreening.cases import reason_place
from factually.independence.rescreening.models import (
    Cause,
    Remedy,
    RescreeningCase,
    RescreeningDecision,
    RescreeningPartition,
    RescreeningRun,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row
    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring


@dataclass(frozen=True)
class RunProgress:
    """A run with the sums over its partitions.

    Attributes:
        cause: Why the run was asked for.
        kind: The register that changed; None for another cause.
        places: Length of all walks together, changed rows and screenings, of which `done` are done.
        screened: Donors looked at.
        unreadable: Donors whose sealed record does not open.
        opened: Cases opened, or waiting gifts that were judged more strictly.
    """

    id: int
    cause: Cause
    kind: str | None
    changed_rows: int | None
    requested_at: datetime
    begins_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    partitions: int
    places: int
    done: int
    screened: int
    unreadable: int
    opened: int

    @property
    def purpose(self) -> str:
        """What it is for, in words that follow a comma."""
        return _PURPOSES[self.cause]


_PURPOSES: Final = {
    Cause.REGISTER: "for a changed register",
    Cause.POLICY: "for a new policy",
    Cause.ENGINE: "for a new way of comparing names",
    Cause.REQUEST: "on request",
}


@dataclass(frozen=True, kw_only=True)
class DoubtDecision:
    """What a person decided on a case, and why."""

    remedy: Remedy
    reviewer_id: uuid.UUID
    reason: str
    decided_at: datetime

    @property
    def returns(self) -> bool:
        """Whether the money goes back."""
        return self.remedy is Remedy.RETURN


@dataclass(frozen=True, kw_only=True)
class DoubtCase:
    """A register row that puts taken money in doubt; the evidence is the finding at `position`."""

    id: uuid.UUID
    screening_id: uuid.UUID
    position: int
    opened_at: datetime
    return_by: datetime
    decision: DoubtDecision | None


_PART: Final = RescreeningPartition
_RUNS: Final = (
    select(
        RescreeningRun.id,
        RescreeningRun.cause,
        RegisterVersion.kind,
        RescreeningRun.changed_rows,
        RescreeningRun.requested_at,
        RescreeningRun.begins_at,
        RescreeningRun.started_at,
        RescreeningRun.finished_at,
        func.count(_PART.number),
        func.coalesce(func.sum(_PART.last - _PART.first + 1), 0),
        func.coalesce(func.sum(_PART.cursor - _PART.first + 1), 0),
        func.coalesce(func.sum(_PART.screened), 0),
        func.coalesce(func.sum(_PART.unreadable), 0),
        func.coalesce(func.sum(_PART.opened), 0),
    )
    .outerjoin(RegisterVersion, RegisterVersion.id == RescreeningRun.new_version)
    .outerjoin(_PART, _PART.run_id == RescreeningRun.id)
    .group_by(RescreeningRun.id, RegisterVersion.kind)
)


def run_progress(connection: Session | Connection, run_id: int) -> RunProgress:
    """Return how far one run is."""
    return _progress(connection.execute(_RUNS.where(RescreeningRun.id == run_id)).one())


def latest_runs(connection: Session | Connection, *, limit: int) -> Sequence[RunProgress]:
    """Return the last runs, the newest first."""
    rows = connection.execute(_RUNS.order_by(RescreeningRun.id.desc()).limit(limit))
    return [_progress(row) for row in rows]


def cases_of(session: Session, gift_id: uuid.UUID, *, keyring: Keyring) -> Sequence[DoubtCase]:
    """Return all cases of one gift, oldest first, with the reasons that people gave.

    Raises:
        DamagedCiphertext: A reason was altered or moved.
    """
    cases = session.scalars(
        select(RescreeningCase)
        .where(RescreeningCase.gift_id == gift_id)
        .order_by(RescreeningCase.opened_at, RescreeningCase.id)
    ).all()
    wanted = RescreeningDecision.case_id.in_([case.id for case in cases])
    decisions = {
        row.case_id: DoubtDecision(
            remedy=Remedy(row.remedy),
            reviewer_id=row.reviewer_id,
            reason=keyring.decrypt(row.reason, reason_place(row.case_id)),
            decided_at=row.decided_at,
        )
        for row in session.scalars(select(RescreeningDecision).where(wanted))
    }
    return [
        DoubtCase(
            id=case.id,
            screening_id=case.screening_id,
            position=case.position,
            opened_at=case.opened_at,
            return_by=case.return_by,
            decision=decisions.get(case.id),
        )
        for case in cases
    ]


def _progress(row: Row[*tuple[Any, ...]]) -> RunProgress:
    id_, cause, *facts, partitions, places, done, screened, unreadable, opened = row
    counts = map(int, (partitions, places, done, screened, unreadable, opened))  # sums are Decimals
    return RunProgress(id_, Cause(cause), *facts, *counts)
