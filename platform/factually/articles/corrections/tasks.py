"""What the worker does for corrections: forget readers in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.articles.corrections.requesting import forget_readers
from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList

if TYPE_CHECKING:
    from procrastinate import JobContext

tasks = TaskList()
FORGET: Final = "corrections.forget"


@tasks.task(name=FORGET, cron="40 3 * * *")
def forget(context: JobContext, timestamp: int) -> None:
    """Forget readers and letters whose time is over."""
    del timestamp
    worker = worker_context(context)
    with worker.database.transaction() as session:
        forget_readers(session, now=worker.clock.now())
