"""Delivery of queued letters, tried again with growing pauses when the mail server is away."""

from __future__ import annotations

import smtplib
import uuid

from procrastinate import JobContext, RetryStrategy

from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList
from factually.mail.sending import DELIVER, compose, mark_sent, open_unsent
from factually.mail.smtp import SmtpServer

tasks = TaskList()
_RETRY = RetryStrategy(max_attempts=10, exponential_wait=3, retry_exceptions=[OSError, smtplib.SMTPException])


@tasks.task(name=DELIVER, retry=_RETRY)
def deliver(context: JobContext, *, letter_id: str) -> None:
    """Send one letter, unless it already went out.

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
    server.hand_over(compose(letter, letter_id=row_id, sender=server.sender, now=worker.clock.now()))
    with worker.database.transaction() as session:
        mark_sent(session, row_id, now=worker.clock.now())
