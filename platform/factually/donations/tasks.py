"""The worker's part: settle one gift, and sweep for those that nobody is moving."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from procrastinate import JobContext, RetryStrategy

from factually.audit.journal import STRIPE, SYSTEM
from factually.donations.context import DonationsContext
from factually.donations.disputes.answering import SEND_ANSWER, AnswerSender, queue_unsent_answers
from factually.donations.handling import EventHandler
from factually.donations.inbox import HANDLE, queue_waiting
from factually.donations.journey import Journey
from factually.donations.missed_events import collect_missed
from factually.donations.progress import SETTLE, Step
from factually.donations.refunds.returning import alarm_overdue, return_what_waits
from factually.donations.refunds.sending import SEND, RefundSender, queue_unsent
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
def settle(context: JobContext, *, gift_id: str) -> None:
    """Fetch a gift's intent, fold it, and make the calls that follow."""
    _journey(worker_context(context), SYSTEM).settle(uuid.UUID(gift_id))


@tasks.task(name=HANDLE, retry=_RETRY)
def handle_event(context: JobContext, *, event_id: str) -> None:
    """Do what an event asks, and tick it off."""
    EventHandler(journey=_journey(worker_context(context), STRIPE)).handle(event_id)


@tasks.task(name=SEND, retry=_RETRY)
def send_refund(context: JobContext, *, refund_id: str) -> None:
    """Send an approved refund to Stripe."""
    RefundSender(journey=_journey(worker_context(context), SYSTEM)).send(uuid.UUID(refund_id))


@tasks.task(name=SEND_ANSWER, retry=_RETRY)
def send_answer(context: JobContext, *, answer_id: str) -> None:
    """Send our answer to a dispute."""
    worker = worker_context(context)
    AnswerSender(journey=_journey(worker, SYSTEM), keyring=worker.keyring).send(uuid.UUID(answer_id))


@tasks.task(name=SWEEP, cron="*/10 * * * *")
def sweep(context: JobContext, timestamp: int) -> None:
    """Release overdue holds, end abandoned gifts, fetch missed events, and go on with what a death left."""
    del timestamp
    worker = worker_context(context)
    donations = worker.resource(DonationsContext)
    step = Step(SYSTEM, worker.clock.now())
    with worker.database.transaction() as session:
        release_overdue(session, step=step)
        give_up_abandoned(session, step=step)
        settle_stuck(session, now=step.now)
    with worker.database.transaction() as session:
        queue_unsent(session, now=step.now)
        queue_unsent_answers(session, now=step.now)
        queue_waiting(session, now=step.now)
    with worker.database.transaction() as session:
        return_what_waits(
            session, second_from=donations.second_person_from, keyring=worker.keyring, now=step.now
        )
        alarm_overdue(session, now=step.now)
    collect_missed(worker.database, donations.gateway, now=step.now)


def _journey(worker: WorkerContext, actor: Actor) -> Journey:
    donations = worker.resource(DonationsContext)
    return Journey(
        database=worker.database,
        gateway=donations.gateway,
        post=donations.post,
        clock=worker.clock,
        actor=actor,
    )
