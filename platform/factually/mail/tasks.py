"""Delivery of queued letters, tried again with growing pauses when the mail server is away."""

from __future__ import annotations

import smtplib
import uuid
from typing import Final

import structlog
from procrastinate import JobContext, RetryStrategy

from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList
from factually.mail.sending import DELIVER, compose, mark_sent, mark_undeliverable, open_unsent
from factually.mail.smtp import LetterRefused, SmtpServer

tasks = TaskList()
_LOG = structlog.get_logger(__name__)
RETRIES: Final = 10
"""Pauses of 3 seconds, 9, 27 and so on: the last try is a day after the first."""
_RETRY = RetryStrategy(
    max_attempts=RETRIES, exponential_wait=3, retry_exceptions=[OSError, smtplib.SMTPException]
)


@tasks.task(name=DELIVER, retry=_RETRY)
def deliver(context: JobContext, *, letter_id: str) -> None:
    """Send one letter, unless it already went out, or give it up where it will never be taken.

    Should the process die between the server's yes and our note, the second copy carries the same
    Message-ID, by which mail programs drop it.
    """
    worker = worker_context(context)
    server = worker.resource(SmtpServer)
    row_id = uuid.UUID(letter_id)
    with worker.database.transaction() as session:
        letter = open_unsent(session, row_id, keyring=worker.keyring)
    if letter is None:
        return
    try:
        server.hand_over(compose(letter, letter_id=row_id, server=server, now=worker.clock.now()))
    except LetterRefused as refusal:
        _give_up(context, row_id, refusal.code)
        return
    except OSError:  # smtplib's errors are OSErrors as well
        if context.job.attempts < RETRIES:
            raise
        _give_up(context, row_id, None)
        return
    with worker.database.transaction() as session:
        mark_sent(session, row_id, now=worker.clock.now())


def _give_up(context: JobContext, letter_id: uuid.UUID, code: int | None) -> None:
    worker = worker_context(context)
    with worker.database.transaction() as session:
        mark_undeliverable(session, letter_id, smtp_code=code, now=worker.clock.now())
    _LOG.warning("letter.undeliverable", letter=str(letter_id), code=code)
