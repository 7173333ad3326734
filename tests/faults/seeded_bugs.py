"""Bugs planted in the process under test, each of which the crash matrix must find: a net without a hole.

None shows on a day without a cut. Each marks the moments at which it is at work, so that the search begins
there; the product knows nothing of them.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from sqlalchemy import event
from sqlalchemy.orm import Session

from factually.donations import inbox, receipts, reviewing, tasks
from factually.donations.disputes.answering import AnswerSender
from factually.donations.disputes.models import AnswerState
from factually.donations.events import Errand, errand_of
from factually.donations.gateway import GatewayError
from factually.donations.handling import EventHandler
from factually.donations.intents import IntentStatus
from factually.donations.journey import Journey
from factually.donations.monthly import progress as monthly_progress
from factually.donations.monthly import tasks as monthly_tasks
from factually.donations.monthly.journey import ChargeJourney
from factually.donations.monthly.snapshots import InvoiceStatus
from factually.donations.monthly.stripe_monthly import StripeMonthly
from factually.donations.progress import Step
from factually.donations.refunds.models import Refund
from factually.donations.refunds.sending import RefundSender
from factually.donations.settling import fold
from factually.donations.steps import AttemptKind
from factually.donations.stripe_gateway import StripeGateway
from factually.foundation.database import database_of
from factually.mail import sending
from factually.mail import tasks as mail_tasks
from factually.mail.sending import DELIVER, mark_sent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.faults.boundaries import Boundaries


def _plant(owner: object, name: str, bug: Callable[..., Any]) -> None:
    """Put `bug(original, *arguments)` in a function's place, for as long as the process lives."""
    original: Callable[..., Any] = getattr(owner, name)

    def planted(*arguments: Any, **named: Any) -> Any:
        return bug(original, *arguments, **named)

    setattr(owner, name, planted)


def _create_again(boundaries: Boundaries) -> None:
    def authorise(original: Callable[..., Any], gateway: object, order: Any) -> Any:
        boundaries.mark()
        return original(gateway, replace(order, idempotency_key=str(uuid.uuid4())))

    _plant(StripeGateway, "authorise", authorise)
    _plant(StripeGateway, "find_intent", lambda *_arguments, **_named: None)


def _refund_again(boundaries: Boundaries) -> None:
    def send(_original: Callable[..., Any], sender: Any, refund_id: uuid.UUID) -> None:
        order = sender._claim(refund_id)  # noqa: SLF001 - the bug stands between its steps
        if order is None:
            return
        boundaries.mark()
        sender.journey.gateway.refund(replace(order, idempotency_key=str(uuid.uuid4())))
        with sender.journey.database.transaction() as session:
            gift_id = session.get_one(Refund, refund_id).gift_id
        sender.journey.settle(gift_id)

    _plant(RefundSender, "send", send)


def _capture_here_first(boundaries: Boundaries) -> None:
    def make(original: Callable[..., Any], journey: Journey, call: Any) -> Any:
        if call.kind is AttemptKind.CAPTURE:
            held = journey.gateway.intent(call.intent_id)
            charge = held.charge and replace(held.charge, captured=True, amount_captured=held.amount)
            believed = replace(held, status=IntentStatus.SUCCEEDED, charge=charge)
            step = Step(journey.actor, journey.clock.now())
            with journey.database.transaction() as session:
                fold(session, uuid.UUID(held.gift_id), believed, post=journey.post, step=step)
            boundaries.mark()
        return original(journey, call)

    _plant(Journey, "_make", make)


def _after_the_commit(boundaries: Boundaries, module: object, name: str = "defer") -> None:
    """Let a module queue its work in a transaction that follows the one of the change."""

    def queue(original: Callable[..., Any], session: Session, *arguments: Any, **named: Any) -> None:
        engine = database_of(session).engine

        def later(_session: object) -> None:
            boundaries.mark()
            with Session(engine) as own, own.begin():
                original(own, *arguments, **named)

        event.listen(session, "after_commit", later, once=True)

    _plant(module, name, queue)


def _never(name: str, sweeps: object = tasks) -> None:
    """Let a sweep leave out one of its walks."""
    _plant(sweeps, name, lambda *_arguments, **_named: 0)


def _event_after_the_commit(boundaries: Boundaries) -> None:
    _after_the_commit(boundaries, inbox)
    _never("queue_waiting")


def _decision_after_the_commit(boundaries: Boundaries) -> None:
    _after_the_commit(boundaries, reviewing, "settle_soon")
    _never("settle_stuck")


def _tick_off_letter_first(boundaries: Boundaries) -> None:
    def open_unsent(
        original: Callable[..., Any], session: Session, letter_id: uuid.UUID, **named: Any
    ) -> Any:
        letter = original(session, letter_id, **named)
        mark_sent(session, letter_id, now=datetime.now(UTC))
        boundaries.mark()
        return letter

    _plant(mail_tasks, "open_unsent", open_unsent)


def _tick_off_event_first(boundaries: Boundaries) -> None:
    def run(original: Callable[..., Any], handler: Any, noted: Any) -> Any:
        handler._tick_off([noted.event_id], noted.gift_id)  # noqa: SLF001 - the same
        if errand_of(noted.type) is Errand.WARNING:
            boundaries.mark()
        return original(handler, noted)

    _plant(EventHandler, "_run", run)


def _tick_off_answer_first(boundaries: Boundaries) -> None:
    def claim(original: Callable[..., Any], sender: Any, answer_id: uuid.UUID) -> Any:
        claimed = original(sender, answer_id)
        if claimed is not None:
            sender._close(answer_id, AnswerState.SENT, None)  # noqa: SLF001 - the same
            boundaries.mark()
        return claimed

    _plant(AnswerSender, "_claim", claim)


def _tick_off_job_first(boundaries: Boundaries) -> None:
    async def fetch(original: Callable[..., Any], manager: Any, *arguments: Any, **named: Any) -> Any:
        job = await original(manager, *arguments, **named)
        if job is not None:
            await finish(manager, job, Status.SUCCEEDED, delete_job=True)
            if job.task_name == DELIVER:
                boundaries.mark()
        return job

    async def tick_off(
        original: Callable[..., Any], manager: Any, job: Any, status: Status, *, delete_job: bool
    ) -> None:
        if status is not Status.SUCCEEDED:
            await original(manager, job, status, delete_job=delete_job)

    finish = JobManager.finish_job
    _plant(JobManager, "fetch_job", fetch)
    _plant(JobManager, "finish_job", tick_off)


def _write_in_two_transactions(boundaries: Boundaries) -> None:
    def send_later(original: Callable[..., Any], session: Session, letter: Any, **named: Any) -> None:
        if letter.key.startswith("monthly-news:"):
            # Whoever looks for these asks for them by their whole key.
            original(session, letter, **named)
            return
        with Session(database_of(session).engine) as own, own.begin():
            original(own, replace(letter, key=f"{letter.key}:{uuid.uuid4()}"), **named)
        boundaries.mark()

    _plant(receipts, "send_later", send_later)


def _take_over_nothing(boundaries: Boundaries) -> None:
    async def no_jobs(*_arguments: Any, **_named: Any) -> list[Any]:
        boundaries.mark()
        return []

    _plant(JobManager, "get_stalled_jobs", no_jobs)


def _begin_again(boundaries: Boundaries) -> None:
    def subscribe(original: Callable[..., Any], gateway: object, order: Any) -> Any:
        boundaries.mark()
        return original(gateway, replace(order, idempotency_key=str(uuid.uuid4())))

    _plant(StripeMonthly, "subscribe", subscribe)
    _plant(StripeMonthly, "find_subscription", lambda *_arguments, **_named: None)


def _collect_first(boundaries: Boundaries) -> None:
    def look(original: Callable[..., Any], journey: ChargeJourney, gift_id: uuid.UUID) -> Any:
        looked = original(journey, gift_id)
        renewal = looked.invoice if looked.setup is None else None
        if renewal is not None and renewal.status is InvoiceStatus.DRAFT:
            with suppress(GatewayError):
                journey.gateway.monthly.pay(renewal.id, idempotency_key=f"early:{renewal.id}")
            boundaries.mark()
        return looked

    _plant(ChargeJourney, "_look", look)


def _sync_after_the_commit(boundaries: Boundaries) -> None:
    _after_the_commit(boundaries, monthly_progress, "sync_soon")
    _never("sync_untold", monthly_tasks)


SEEDED_BUGS: Final[Mapping[str, Callable[[Boundaries], None]]] = {
    "a creation without an answer is made again under another key": _create_again,
    "a refund is sent again under another key, and not looked for": _refund_again,
    "a gift is captured here before it is at Stripe": _capture_here_first,
    "a letter is queued after the commit": partial(_after_the_commit, module=sending),
    "an event's work is queued after the commit, and no sweep looks for it": _event_after_the_commit,
    "a decision's work is queued after the commit, and no sweep looks for it": _decision_after_the_commit,
    "a letter is ticked off before it is sent": _tick_off_letter_first,
    "an event is ticked off before its work is done": _tick_off_event_first,
    "an answer to a bank is ticked off before it is sent": _tick_off_answer_first,
    "a job is ticked off before it is done": _tick_off_job_first,
    "a letter is written in a transaction of its own": _write_in_two_transactions,
    "nobody takes over a dead worker's jobs": _take_over_nothing,
    "a monthly gift is begun again under another key, and not looked for": _begin_again,
    "a month is collected before it is screened": _collect_first,
    "what Stripe must know of a monthly gift is queued after the commit, and no sweep looks for it": (
        _sync_after_the_commit
    ),
}
"""Each bug by the sentence that tells it."""
