"""The worker process: runs deferred jobs, and takes over those of a worker that died."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy import make_url

from factually.jobs.context import CONTEXT_KEY, WorkerContext
from factually.jobs.tasks import TaskList

if TYPE_CHECKING:
    from collections.abc import Iterable

tasks = TaskList()
_LOG = structlog.get_logger(__name__)
_CONCURRENCY: Final = 4
_POLL_SECONDS: Final = 2.0


@tasks.task(name="jobs.take_over", cron="* * * * *")
async def take_over(context: JobContext, timestamp: int) -> None:
    """Queue again what a worker that stopped beating was doing; tasks bear being run twice."""
    del timestamp
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        # Another worker may have been faster: what the queue then refuses is no reason to leave the others.
        try:
            await manager.retry_job(job)
        except ConnectorException as error:
            _LOG.info("job.taken_over_elsewhere", job=job.id, kind=job.task_name, error=str(error))
        else:
            _LOG.warning("job.taken_over", job=job.id, kind=job.task_name)


def make_worker_app(database_url: str, task_lists: Iterable[TaskList]) -> App:
    """Build the Procrastinate app with the tasks of all packages.

    Args:
        database_url: SQLAlchemy address; Procrastinate opens its own connections to it.
        task_lists: Each package's `tasks`.
    """
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=url))
    for task_list in (tasks, *task_lists):
        task_list.register(app)
    return app


def run_worker(app: App, context: WorkerContext, *, wait: bool = True) -> None:
    """Run jobs until told to stop, or with `wait=False` until none is due."""
    work = partial(
        app.run_worker,
        concurrency=_CONCURRENCY,
        wait=wait,
        fetch_job_polling_interval=_POLL_SECONDS,
        shutdown_graceful_timeout=10.0,
        delete_jobs="successful",
        additional_context={CONTEXT_KEY: context},
        install_signal_handlers=wait,
    )
    if wait:
        work()
        return
    # A thread of its own, since the caller's may have an event loop running already.
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(work).result()
