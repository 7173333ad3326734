"""The worker's part: reconcile once a day."""

from __future__ import annotations

from typing import Final

import structlog
from procrastinate import JobContext, RetryStrategy

from factually.donations.context import DonationsContext
from factually.donations.reconciliation.running import Reconciliation
from factually.foundation.errors import Unavailable
from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList

tasks = TaskList()
RECONCILE: Final = "donations.reconcile"
_LOG = structlog.get_logger(__name__)
_RETRY = RetryStrategy(max_attempts=6, exponential_wait=4, retry_exceptions=[Unavailable])


@tasks.task(name=RECONCILE, cron="17 4 * * *", retry=_RETRY)
def reconcile(context: JobContext, timestamp: int) -> None:
    """Compare Stripe, books and gifts, and raise the alarm in the log for what a person must look at."""
    del timestamp
    worker = worker_context(context)
    report = Reconciliation(
        database=worker.database, gateway=worker.resource(DonationsContext).gateway, clock=worker.clock
    ).run()
    for difference in report.left:
        _LOG.error(
            "reconciliation.difference",
            kind=difference.kind.value,
            subject=difference.subject,
            sentence=difference.sentence,
        )
    _LOG.info(
        "reconciliation.finished",
        movements=report.movements,
        differences=len(report.differences),
        explained=len(report.explained),
        left=len(report.left),
    )
