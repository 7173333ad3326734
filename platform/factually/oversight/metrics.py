"""Figures for whoever watches the processes, all from the database: any process gives the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from factually.donations.appeals.queries import turnaround
from factually.donations.card_testing.models import CardTurn
from factually.donations.card_testing.pacing import MINUTE
from factually.donations.card_testing.turns import recent_answers
from factually.donations.lifecycle import UNDER_WAY_STATES, GiftState
from factually.donations.models import Gift, WebhookEvent
from factually.donations.reconciliation.reports import latest_report
from factually.donations.refunds.returning import overdue_returns
from factually.jobs.queries import queue_state
from factually.mail.queries import letter_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Figure:
    """One gauge.

    Attributes:
        name: By the naming rules of Prometheus, without our prefix.
        help: One line for people.
        values: By the value of the label, or under an empty one where there is no label.
        label: Name of the label, or empty.
    """

    name: str
    help: str
    values: dict[str, float]
    label: str = ""


def exposition(figures: Iterable[Figure]) -> str:
    """Write figures in the text format of Prometheus, version 0.0.4; labels here need no escaping."""
    return "".join(f"{line}\n" for figure in figures for line in _lines(figure))


def figures_now(connection: Connection, *, now: datetime) -> list[Figure]:
    """Read all figures: counts, and no donor's data."""
    return [
        *_queue(connection),
        *_gifts(connection),
        *_people(connection, now),
        *_cards(connection, now),
        *_messages(connection),
        *_books(connection),
    ]


def _lines(figure: Figure) -> Iterator[str]:
    name = f"factually_{figure.name}"
    yield f"# HELP {name} {figure.help}"
    yield f"# TYPE {name} gauge"
    for value, number in figure.values.items():
        label = f'{{{figure.label}="{value}"}}' if figure.label else ""
        yield f"{name}{label} {number:.15g}"


def _queue(connection: Connection) -> Iterator[Figure]:
    queue = queue_state(connection)
    late = 0.0 if queue.late is None else queue.late.total_seconds()
    yield Figure("workers_alive", "Workers whose heart beats.", {"": queue.alive})
    yield Figure("jobs_due", "Jobs that could run now.", {"": queue.due})
    yield Figure("jobs_failed", "Jobs given up.", {"": queue.failed})
    yield Figure(
        "jobs_oldest_due_seconds", "For how long the oldest due job has waited.", {"": round(late, 1)}
    )


def _gifts(connection: Connection) -> Iterator[Figure]:
    under_way = sorted(state.value for state in UNDER_WAY_STATES)
    query = select(Gift.state, func.count()).where(Gift.state.in_(under_way)).group_by(Gift.state)
    counts = {state: float(count) for state, count in connection.execute(query)}
    values = {state: counts.get(state, 0.0) for state in under_way}
    yield Figure("gifts_under_way", "Gifts that are neither taken nor over.", values, label="state")
    overdue = select(func.count()).where(
        Gift.state == GiftState.HELD.value, Gift.review_deadline < func.now()
    )
    yield Figure(
        "gifts_held_overdue",
        "Held gifts whose time for a decision is over.",
        {"": connection.execute(overdue).scalar_one()},
    )


def _people(connection: Connection, now: datetime) -> Iterator[Figure]:
    appeals = turnaround(connection, now=now)
    yield Figure("appeals_open", "Appeals that wait for an answer.", {"": appeals.open})
    yield Figure("appeals_overdue", "Appeals whose time for an answer is over.", {"": appeals.overdue})
    yield Figure(
        "returns_overdue",
        "Gifts in doubt whose money is still here after 30 days.",
        {"": len(overdue_returns(connection, now=now))},
    )


def _cards(connection: Connection, now: datetime) -> Iterator[Figure]:
    answers = recent_answers(connection, now=now)
    paid = answers.count - answers.declined
    waiting = select(func.count()).where(CardTurn.passed_at.is_(None), CardTurn.due_at >= now)
    passed = select(func.count()).where(CardTurn.passed_at > now - MINUTE)
    yield Figure("cards_declining", "1 while most cards are declined: card testing.", {"": answers.declining})
    yield Figure(
        "card_answers",
        "What banks said of cards within five minutes.",
        {"declined": answers.declined, "paid": paid},
        label="answer",
    )
    yield Figure(
        "cards_waiting", "Cards that wait for their turn.", {"": connection.execute(waiting).scalar_one()}
    )
    yield Figure(
        "cards_passed",
        "Cards that went to the payment provider within a minute.",
        {"": connection.execute(passed).scalar_one()},
    )


def _messages(connection: Connection) -> Iterator[Figure]:
    letters = letter_counts(connection)
    yield Figure("letters_waiting", "Letters not handed over yet.", {"": letters.waiting})
    yield Figure("letters_undeliverable", "Letters given up.", {"": letters.undeliverable})
    events = select(
        func.count().filter(WebhookEvent.processed_at.is_(None)),
        func.count().filter(WebhookEvent.damaged_reason.is_not(None)),
    ).where(WebhookEvent.processed_at.is_(None) | WebhookEvent.damaged_reason.is_not(None))
    waiting, damaged = connection.execute(events).one()
    yield Figure("payment_events_waiting", "Events of the payment provider not handled yet.", {"": waiting})
    yield Figure("payment_events_damaged", "Signed events that were not understood.", {"": damaged})


def _books(connection: Connection) -> Iterator[Figure]:
    report = latest_report(connection)
    explained, left = ((), ()) if report is None else (report.explained, report.left)
    yield Figure(
        "reconciliation_differences",
        "What the last reconciliation of Stripe, books and gifts could not mend.",
        {"explained": len(explained), "open": len(left)},
        label="state",
    )
