"""The worker's part in searching: what came to be listed before there was a search is found as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.articles.search.indexing import index_missing
from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList

if TYPE_CHECKING:
    from procrastinate import JobContext

tasks = TaskList()


@tasks.task(name="articles.index_missing", cron="*/10 * * * *")
def find_missing(context: JobContext, timestamp: int) -> None:
    """Let the search find listed articles that it does not know, as after an update of the site."""
    del timestamp
    index_missing(worker_context(context).database)
