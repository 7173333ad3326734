"""Checks of what is done in the background: the queue, its workers, and letters on their way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.donations.card_testing.turns import recent_answers
from factually.foundation.crypto import DamagedCiphertext
from factually.jobs.queries import queue_state
from factually.mail.letters import OutgoingLetter
from factually.mail.queries import letter_counts
from factually.mail.sending import open_letters
from factually.serving.diagnosis.findings import ok, warning, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.serving.diagnosis.findings import Finding

LATE_AFTER: Final = timedelta(minutes=5)


def queue_is_alive(connection: Connection) -> Iterator[Finding]:
    """Look for a worker whose heart beats, and for work left undone; the times are the database's own."""
    queue = queue_state(connection)
    if not queue.alive:
        yield wrong(
            "worker",
            f"No worker is running, {_jobs(queue.due)} waiting: no mail is sent, no held gift is released.",
            "Start `factually worker`; if it runs, its log says why it can't reach this database.",
        )
    elif queue.late is not None and queue.late > LATE_AFTER:
        minutes = queue.late // timedelta(minutes=1)
        yield warning(
            "worker",
            f"{queue.alive} at work, but {_jobs(queue.due)} waiting, the oldest for {minutes:,} minutes.",
            "Start another `factually worker`, or look in its log for what keeps it busy.",
        )
    else:
        yield ok("worker", f"{queue.alive} at work, {_jobs(queue.due)} due.")
    if queue.failed:
        yield warning(
            "failed jobs",
            f"{_jobs(queue.failed)} given up.",
            "Look for `job` lines with errors in the worker's log. Gifts are taken up again by the sweep.",
        )


def letters_go_out(connection: Connection) -> Finding:
    """Count letters that could not be delivered."""
    counts = letter_counts(connection)
    if counts.undeliverable:
        return warning(
            "letters",
            f"{counts.undeliverable:,} could not be delivered, {counts.waiting:,} wait.",
            "See which at /oversight/letters: many of one day are the mail server's fault.",
        )
    return ok("letters", f"{counts.sent:,} sent, {counts.waiting:,} wait, none undeliverable.")


def cards_pay(connection: Connection, *, now: datetime) -> Finding:
    """Look whether most cards are declined just now, as when thieves try stolen ones."""
    answers = recent_answers(connection, now=now)
    seen = f"{answers.declined:,} of {answers.count:,} cards of the last five minutes were declined"
    if answers.declining:
        return warning(
            "cards",
            f"{seen}: somebody tries stolen cards.",
            "They go to Stripe one after another, and donors still give. Watch disputes and Stripe's Radar.",
        )
    return ok("cards", f"{seen}.")


def key_opens(session: Session, keyring: Keyring) -> Finding:
    """Open the newest letter, which shows whether this is the key that donors' names are sealed with."""
    newest = session.scalars(
        select(OutgoingLetter.key).order_by(OutgoingLetter.created_at.desc()).limit(1)
    ).one_or_none()
    if newest is None:
        return ok("data key", "Nothing is sealed yet.")
    try:
        open_letters(session, [newest], keyring=keyring)
    except DamagedCiphertext:
        return wrong(
            "data key",
            "FACTUALLY_DATA_KEY does not open what is stored: names and letters can't be read.",
            "Set the key that this database was written with; a new one can't help.",
        )
    return ok("data key", "It opens what is stored.")


def _jobs(count: int) -> str:
    return f"{count:,} job" if count == 1 else f"{count:,} jobs"
