"""The worker's part: turns and counts of tries are forgotten when no limit looks at them any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.donations.card_testing.turns import forget_turns
from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList
from factually.web.rate_limits import PostgresStorage

if TYPE_CHECKING:
    from procrastinate import JobContext

tasks = TaskList()


@tasks.task(name="card_testing.forget", cron="10 * * * *")
def forget(context: JobContext, timestamp: int) -> None:
    """Forget who tried what: after a day a turn, at its end a window of a limit."""
    del timestamp
    worker = worker_context(context)
    with worker.database.transaction() as session:
        forget_turns(session, now=worker.clock.now())
    PostgresStorage(worker.database, worker.keyring, worker.clock).reset()
