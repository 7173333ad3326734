"""Bugs planted in the process under test, each of which the crash matrix must find: a net without a hole."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from procrastinate.manager import JobManager
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from factually.donations import receipts, tasks, webhooks
from factually.donations.journey import Journey
from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift
from factually.donations.steps import AttemptKind
from factually.donations.stripe_gateway import StripeGateway
from factually.foundation.database import database_of
from factually.mail import sending
from factually.mail import tasks as mail_tasks
from factually.mail.sending import mark_sent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _plant(owner: object, name: str, bug: Callable[..., Any]) -> None:
    """Put `bug(original, *arguments)` in a function's place, for as long as the process lives."""
    original: Callable[..., Any] = getattr(owner, name)

    def planted(*arguments: Any, **named: Any) -> Any:
        return bug(original, *arguments, **named)

    setattr(owner, name, planted)


def _create_again() -> None:
    def authorise(original: Callable[..., Any], gateway: object, order: Any) -> Any:
        return original(gateway, replace(order, idempotency_key=str(uuid.uuid4())))

    _plant(StripeGateway, "authorise", authorise)
    _plant(StripeGateway, "find_intent", lambda *_arguments, **_named: None)


def _capture_here_first() -> None:
    def make(original: Callable[..., Any], journey: Journey, call: Any) -> Any:
        if call.kind is AttemptKind.CAPTURE:
            with journey.database.transaction() as session:
                session.execute(
                    update(Gift)
                    .where(Gift.payment_intent_id == call.intent_id)
                    .values(state=GiftState.CAPTURED.value, captured_minor=Gift.amount_minor)
                )
        return original(journey, call)

    _plant(Journey, "_make", make)


def _queue_after_the_commit(module: object) -> None:
    def defer(original: Callable[..., Any], session: Session, *arguments: Any, **named: Any) -> None:
        engine = database_of(session).engine

        def later(_session: object) -> None:
            with Session(engine) as own, own.begin():
                original(own, *arguments, **named)

        event.listen(session, "after_commit", later, once=True)

    _plant(module, "defer", defer)


def _tick_off_first() -> None:
    def open_unsent(
        original: Callable[..., Any], session: Session, letter_id: uuid.UUID, **named: Any
    ) -> Any:
        letter = original(session, letter_id, **named)
        mark_sent(session, letter_id, now=datetime.now(UTC))
        return letter

    _plant(mail_tasks, "open_unsent", open_unsent)


def _write_in_two_transactions() -> None:
    def send_later(original: Callable[..., Any], session: Session, letter: Any, **named: Any) -> None:
        with Session(database_of(session).engine) as own, own.begin():
            original(own, replace(letter, key=f"{letter.key}:{uuid.uuid4()}"), **named)

    _plant(receipts, "send_later", send_later)


def _sweep_nothing() -> None:
    for name in ("release_overdue", "give_up_abandoned", "settle_stuck"):
        _plant(tasks, name, lambda *_arguments, **_named: 0)


def _take_over_nothing() -> None:
    async def no_jobs(*_arguments: Any, **_named: Any) -> list[Any]:
        return []

    _plant(JobManager, "get_stalled_jobs", no_jobs)


SEEDED_BUGS: Final[Mapping[str, Callable[[], None]]] = {
    "a creation without an answer is made again under another key": _create_again,
    "a gift is captured here before it is at Stripe": _capture_here_first,
    "a letter is queued after the commit": lambda: _queue_after_the_commit(sending),
    "an event's work is queued after the commit": lambda: _queue_after_the_commit(webhooks),
    "a letter is ticked off before it is sent": _tick_off_first,
    "a letter is written in a transaction of its own": _write_in_two_transactions,
    "nobody sweeps": _sweep_nothing,
    "nobody takes over a dead worker's jobs": _take_over_nothing,
}
