"""The worker's part: settle one gift, and sweep for those that nobody is moving."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from procrastinate import JobContext, RetryStrategy
from sqlalchemy import update

from factually.audit.journal import STRIPE, SYSTEM
from factually.donations.context import DonationsContext
from factually.donations.journey import Journey
from factually.donations.models import WebhookEvent
from factually.donations.progress import SETTLE, Step
from factually.donations.sweeping import give_up_abandoned, release_overdue, settle_stuck
from factually.foundation.errors import Unavailable
from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList

if TYPE_CHECKING:
    from factually.audit.journal import Actor
    from factually.jobs.context import WorkerContext

tasks = TaskList()
SWEEP: Final = "donations.sweep"
_RETRY = RetryStrategy(max_attempts=12, exponential_wait=2, retry_exceptions=[Unavailable])


@tasks.task(name=SETTLE, retry=_RETRY)
def settle(
    context: JobContext, *, gift_id: str, intent_id: str | None = None, event_id: str | None = None
) -> None:
    """Fetch a gift's intent, fold it, make the calls that follow, and tick off the event that asked."""
    worker = worker_context(context)
    actor = SYSTEM if event_id is None else STRIPE
    _journey(worker, actor).settle(uuid.UUID(gift_id), intent_id=intent_id)
    if event_id is not None:
        with worker.database.transaction() as session:
            session.execute(
                update(WebhookEvent)
                .where(WebhookEvent.event_id == event_id)
                .values(processed_at=worker.clock.now())
            )


@tasks.task(name=SWEEP, cron="*/10 * * * *")
def sweep(context: JobContext, timestamp: int) -> None:
    """Release overdue holds, end abandoned gifts, and settle what a death left between two steps."""
    del timestamp
    worker = worker_context(context)
    step = Step(SYSTEM, worker.clock.now())
    with worker.database.transaction() as session:
        release_overdue(session, step=step)
        give_up_abandoned(session, step=step)
        settle_stuck(session, now=step.now)


def _journey(worker: WorkerContext, actor: Actor) -> Journey:
    donations = worker.resource(DonationsContext)
    return Journey(
        database=worker.database,
        gateway=donations.gateway,
        post=donations.post,
        clock=worker.clock,
        actor=actor,
    )
