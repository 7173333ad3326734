"""Runs: asked for in the transaction that changes a register, planned in partitions, each one worker's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from factually.independence.models import Screening
from factually.independence.registers.differences import register_diff
from factually.independence.rescreening.catching_up import SETTLED_AFTER
from factually.independence.rescreening.donors import last_number
from factually.independence.rescreening.models import Cause, RescreeningPartition, RescreeningRun, Walk
from factually.independence.searching.layout import ENGINE
from factually.jobs.queue import defer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from factually.independence.rescreening.walking import Batch

START: Final = "rescreening.start"
WALK: Final = "rescreening.walk"

ROWS_A_PARTITION: Final = 100
DONORS_A_PARTITION: Final = 20_000
"""Screenings; about half a minute of one core."""
_DONORS_A_ROW: Final = 10
"""A changed row costs as much as ten donors: where more rows changed, walking all donors is less work."""


def rescreen_later(session: Session, old_version: int | None, new_version: int, now: datetime) -> int | None:
    """Have past donors screened against what a new register version adds or changes.

    Args:
        session: The transaction that puts the new version in force.
        old_version: The version in force before, None where the register is new.
        new_version: The version in force from now on.
        now: When.

    Returns:
        The run's number; None where the register is the first of its kind and nobody has given yet.
    """
    if old_version is None and last_number(session) == 0:
        return None
    run = RescreeningRun(
        cause=Cause.REGISTER.value,
        old_version=old_version,
        new_version=new_version,
        whole=False,
        requested_at=now,
    )
    session.add(run)
    session.flush()
    start_soon(session, run.id)
    return run.id


def rescreen_under_policy(session: Session, effective_from: datetime, *, now: datetime) -> int:
    """Have all past donors screened under a policy that is being published; return the run's number.

    It begins two minutes after the policy's first moment: by then every gift that may have been screened
    under the one before has been committed.
    """
    begins_at = max(now, effective_from) + SETTLED_AFTER
    return _whole_run(session, Cause.POLICY, begins_at=begins_at, now=now)


def rescreen_everyone(session: Session, *, now: datetime) -> int:
    """Have all past donors screened at once, since somebody asks for it; return the run's number."""
    return _whole_run(session, Cause.REQUEST, begins_at=now, now=now)


def rescreen_under_engine(session: Session, *, now: datetime, engine: str = ENGINE) -> int | None:
    """Have all past donors screened where an engine is new here, once for each, however many processes ask.

    An engine that was here before and comes back starts none: old and new processes run side by side for a
    while, and must not outdo each other. `factually donors rescreen --full` is for that.

    Args:
        session: Transaction of the caller.
        now: When; the run begins two minutes later, as for a policy.
        engine: This process's engine.

    Returns:
        The run's number; None where donors have been screened by this engine, or a run for it is under way.
    """
    first = session.scalar(select(Screening.matcher).order_by(Screening.number).limit(1))
    known = select(RescreeningRun.id).where(RescreeningRun.whole, RescreeningRun.engine == engine)
    if first in {None, engine} or session.scalar(known.limit(1)) is not None:
        return None
    begins_at = now + SETTLED_AFTER
    run_id = session.scalar(
        insert(RescreeningRun)
        .values(cause=Cause.ENGINE.value, engine=engine, whole=True, requested_at=now, begins_at=begins_at)
        .on_conflict_do_nothing(
            index_elements=["engine"], index_where=RescreeningRun.cause == Cause.ENGINE.value
        )
        .returning(RescreeningRun.id)
    )
    if run_id is not None:
        start_soon(session, run_id, at=begins_at)
    return run_id


def _whole_run(session: Session, cause: Cause, *, begins_at: datetime, now: datetime) -> int:
    run = RescreeningRun(cause=cause.value, engine=ENGINE, whole=True, requested_at=now, begins_at=begins_at)
    session.add(run)
    session.flush()
    start_soon(session, run.id, at=None if begins_at == now else begins_at)
    return run.id


def open_runs(session: Session | Connection) -> list[int]:
    """Return the numbers of the runs that are not finished, oldest first."""
    unfinished = select(RescreeningRun.id).where(RescreeningRun.finished_at.is_(None))
    return list(session.execute(unfinished.order_by(RescreeningRun.id)).scalars())


def start_soon(session: Session, run_id: int, *, at: datetime | None = None) -> None:
    """Queue the planning of a run."""
    lock = f"{START}:{run_id}" if at is None else f"{START}-later:{run_id}"
    defer(session, START, queueing_lock=lock, schedule_at=at, run_id=run_id)


def start(session: Session, run_id: int, *, now: datetime, at_once: bool = False) -> list[int]:
    """Plan a run and queue its partitions; one that has started has only its open ones queued again.

    A run for a register begins two minutes after it is first seen: by then every gift that may have been
    screened by the old version has been committed.

    Args:
        session: Transaction of the caller.
        run_id: The run.
        now: When.
        at_once: Whether an operator doesn't want to wait for that; a policy's first day is waited for all
            the same.

    Returns:
        The numbers of the partitions that are not done; none where the run may not begin yet.
    """
    take_time(session)
    run = session.get_one(RescreeningRun, run_id, with_for_update=True)
    if run.begins_at is None:
        run.begins_at = now + SETTLED_AFTER
    if run.started_at is None and now < run.begins_at - (SETTLED_AFTER if at_once else timedelta(0)):
        start_soon(session, run_id, at=run.begins_at)
        return []
    if run.started_at is None:
        run.started_at = now
        session.add_all(_partitions(session, run, now=now))
        session.flush()
    numbers = open_partitions(session, run_id)
    for number in numbers:
        walk_soon(session, run_id, number)
    if not numbers and run.finished_at is None:
        run.finished_at = now
    return numbers


def take_time(session: Session) -> None:
    """Give this transaction longer limits: to compare two registers of half a million rows, or index one."""
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        session.execute(select(func.set_config(limit, "30min", True)))  # noqa: FBT003 - local, as SQL has it


def walk_soon(session: Session, run_id: int, number: int) -> None:
    """Queue a partition, or what is left of it."""
    defer(session, WALK, queueing_lock=f"{WALK}:{run_id}:{number}", run_id=run_id, number=number)


def walk_everyone(session: Session, run_id: int) -> None:
    """Have all donors walked besides, once a run, since a changed row is like too many to look each up.

    Args:
        session: The transaction that moves the cursor past that row.
        run_id: A run that goes by rows.
    """
    session.get_one(RescreeningRun, run_id, with_for_update=True)  # two rows may meet it at once
    known = session.execute(
        select(RescreeningPartition.walks, RescreeningPartition.first, RescreeningPartition.number).where(
            RescreeningPartition.run_id == run_id
        )
    ).all()
    if any((walks, first) == (Walk.DONORS, 1) for walks, first, _ in known):
        return
    ranges = _ranges(Walk.DONORS, 1, last_number(session), DONORS_A_PARTITION)
    for number, part in enumerate(ranges, max(number for _, _, number in known) + 1):
        session.add(_partition(run_id, number, *part))
        walk_soon(session, run_id, number)
    session.flush()


def claim(session: Session, run_id: int, number: int) -> RescreeningPartition | None:
    """Lock a partition for one batch; None where it is done, or another worker is at it."""
    return session.scalars(
        select(RescreeningPartition)
        .where(
            RescreeningPartition.run_id == run_id,
            RescreeningPartition.number == number,
            RescreeningPartition.finished_at.is_(None),
        )
        .with_for_update(skip_locked=True)
    ).one_or_none()


def note(
    session: Session, partition: RescreeningPartition, batch: Batch, *, opened: int, now: datetime
) -> None:
    """Write down that a batch of a claimed partition is done; the last one of a run ends it."""
    partition.cursor = batch.cursor
    partition.screened += batch.screened
    partition.unreadable += batch.unreadable
    partition.opened += opened
    if partition.cursor < partition.last:
        return
    partition.finished_at = now
    # Whoever finishes second waits here for the first, and then sees that nothing is left.
    run = session.get_one(RescreeningRun, partition.run_id, with_for_update=True)
    if not open_partitions(session, run.id):
        run.finished_at = now


def open_partitions(session: Session, run_id: int) -> list[int]:
    """Return the numbers of the partitions of a run that are not done."""
    unfinished = (RescreeningPartition.run_id == run_id) & RescreeningPartition.finished_at.is_(None)
    numbers = select(RescreeningPartition.number).where(unfinished).order_by(RescreeningPartition.number)
    return list(session.scalars(numbers))


def _partitions(session: Session, run: RescreeningRun, *, now: datetime) -> Iterator[RescreeningPartition]:
    """Yield the parts of a run: changed rows and the donors too young for the index, or all donors."""
    last = last_number(session)
    ranges = list(_ranges(Walk.DONORS, 1, last, DONORS_A_PARTITION))
    if not run.whole and run.new_version is not None:
        difference = register_diff(session, run.old_version, run.new_version)
        rows = difference.added + difference.changed
        settled = last_number(session, before=now - SETTLED_AFTER)
        if rows * _DONORS_A_ROW <= settled:
            run.changed_rows = rows
            ranges = [
                *_ranges(Walk.ROWS, 0, rows - 1, ROWS_A_PARTITION),
                *_ranges(Walk.DONORS, settled + 1, last, DONORS_A_PARTITION),
            ]
    for number, part in enumerate(ranges, 1):
        yield _partition(run.id, number, *part)


def _partition(run_id: int, number: int, walk: Walk, first: int, last: int) -> RescreeningPartition:
    return RescreeningPartition(
        run_id=run_id,
        number=number,
        walks=walk.value,
        first=first,
        last=last,
        cursor=first - 1,
        screened=0,
        unreadable=0,
        opened=0,
    )


def _ranges(walk: Walk, first: int, last: int, size: int) -> Iterator[tuple[Walk, int, int]]:
    for start_ in range(first, last + 1, size):
        yield walk, start_, min(start_ + size - 1, last)
