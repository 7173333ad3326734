"""The worker's part: keep the page of a new source, and look at those that are due."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from factually.articles.sources.capturing import Capturing
from factually.articles.sources.checking import Checking
from factually.articles.sources.recording import CAPTURE_TASK
from factually.foundation.outgoing.errors import FetchFailed
from factually.foundation.outgoing.fetching import Fetcher
from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList

if TYPE_CHECKING:
    from procrastinate import JobContext

tasks = TaskList()


@tasks.task(name=CAPTURE_TASK)
def capture(context: JobContext, *, source_id: str) -> None:
    """Keep a page; that it could not be kept is journalled, and an editor can ask again."""
    worker = worker_context(context)
    keeping = Capturing(worker.database, worker.resource(Fetcher), worker.clock)
    with suppress(FetchFailed):
        keeping.keep(uuid.UUID(source_id))


@tasks.task(name="sources.check", cron="*/15 * * * *")
def check(context: JobContext, timestamp: int) -> None:
    """Look at some sources that are due."""
    del timestamp
    worker = worker_context(context)
    Checking(worker.database, worker.resource(Fetcher), worker.clock).run()
