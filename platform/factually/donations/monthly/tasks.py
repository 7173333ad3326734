"""The worker's part in monthly gifts: tell Stripe, write to donors, and look for what was missed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from procrastinate import JobContext, RetryStrategy

from factually.audit.journal import SYSTEM
from factually.donations.context import DonationsContext
from factually.donations.gateway import GatewayError
from factually.donations.journey import Journey
from factually.donations.monthly.letters import TELL, tell_monthly
from factually.donations.monthly.models import MonthlyEvent
from factually.donations.monthly.progress import SYNC
from factually.donations.monthly.renewals import Renewals
from factually.donations.monthly.sweeping import LOOK, look_for_months, sync_untold
from factually.donations.monthly.syncing import SubscriptionSync
from factually.foundation.errors import Unavailable
from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList

if TYPE_CHECKING:
    from factually.jobs.context import WorkerContext

tasks = TaskList()
SWEEP: Final = "donations.sweep_monthly"
_RETRY = RetryStrategy(max_attempts=12, exponential_wait=2, retry_exceptions=[Unavailable])


@tasks.task(name=SYNC, retry=_RETRY)
def sync_monthly(context: JobContext, *, monthly_id: str) -> None:
    """Bring a subscription to what our row says."""
    SubscriptionSync(journey=_journey(worker_context(context))).sync(uuid.UUID(monthly_id))


@tasks.task(name=TELL)
def tell_donor(context: JobContext, *, event_id: int) -> None:
    """Write the letter about one step of a monthly gift."""
    worker = worker_context(context)
    post = worker.resource(DonationsContext).post
    with worker.database.transaction() as session:
        tell_monthly(session, session.get_one(MonthlyEvent, event_id), post=post, now=worker.clock.now())


@tasks.task(name=LOOK, retry=_RETRY)
def look(context: JobContext, *, monthly_id: str) -> None:
    """Take up the months of a monthly gift that no event told us of.

    Raises:
        Unavailable: Stripe did not answer.
    """
    try:
        Renewals(journey=_journey(worker_context(context))).look(uuid.UUID(monthly_id))
    except GatewayError as error:
        raise Unavailable("Our payment provider isn't answering.") from error


@tasks.task(name=SWEEP, cron="5-59/10 * * * *")
def sweep_monthly(context: JobContext, timestamp: int) -> None:
    """Go on with what a death or a lost event left."""
    del timestamp
    worker = worker_context(context)
    with worker.database.transaction() as session:
        look_for_months(session, now=worker.clock.now())
        sync_untold(session)


def _journey(worker: WorkerContext) -> Journey:
    donations = worker.resource(DonationsContext)
    return Journey(
        database=worker.database,
        gateway=donations.gateway,
        post=donations.post,
        clock=worker.clock,
        actor=SYSTEM,
    )
