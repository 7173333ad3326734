"""The worker's part in screening past donors again: plan a run, walk a partition for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from procrastinate import JobContext, RetryStrategy

from factually.donations.rescreening_walks import RunWork
from factually.foundation.errors import Unavailable
from factually.independence.rescreening.running import (
    START,
    WALK,
    open_runs,
    rescreen_under_engine,
    start,
    walk_soon,
)
from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList

tasks = TaskList()
RESUME: Final = "donations.resume_runs"
TURN: Final = timedelta(seconds=10)
"""How long one job works; then it queues the rest, so that letters and gifts come between."""
_RETRY = RetryStrategy(max_attempts=12, exponential_wait=2, retry_exceptions=[Unavailable])


@tasks.task(name=START, retry=_RETRY)
def start_run(context: JobContext, *, run_id: int) -> None:
    """Plan a run and queue its partitions, which all workers share."""
    worker = worker_context(context)
    with worker.database.transaction() as session:
        start(session, run_id, now=worker.clock.now())


@tasks.task(name=WALK, retry=_RETRY)
def walk_partition(context: JobContext, *, run_id: int, number: int) -> None:
    """Go on with a partition where it stands, also after a worker that died."""
    worker = worker_context(context)
    work = RunWork(worker.database, worker.keyring, worker.clock, run_id)
    if not work.walk(number, until=worker.clock.now() + TURN):
        with worker.database.transaction() as session:
            walk_soon(session, run_id, number)


@tasks.task(name=RESUME, cron="*/10 * * * *")
def resume_runs(context: JobContext, timestamp: int) -> None:
    """Queue again what nobody is at: a job gave up, or met a person who watched and stopped too early.

    This is also where a new engine is noticed, ten minutes at the latest after a worker has it.
    """
    del timestamp
    worker = worker_context(context)
    with worker.database.transaction() as session:
        rescreen_under_engine(session, now=worker.clock.now())
        for run_id in open_runs(session):
            start(session, run_id, now=worker.clock.now())
