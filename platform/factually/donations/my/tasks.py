"""The worker's part: sign-in links, and what is forgotten when its time is over."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete

from factually.donations.context import DonationsContext
from factually.donations.my.erasing import ERASURE_LETTER, erase_due
from factually.donations.my.linking import LINK_LETTER, SEND_LINK, send_link
from factually.donations.my.models import DonorLink, DonorSession
from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList
from factually.mail.sending import forget_letters
from factually.web.sessions import ABSOLUTE_LIMIT

if TYPE_CHECKING:
    from procrastinate import JobContext

tasks = TaskList()
FORGET_AFTER: Final = timedelta(days=1)
_LOG = structlog.get_logger(__name__)


@tasks.task(name=SEND_LINK)
def mail_link(context: JobContext, *, link_id: str) -> None:
    """Write the mail with a sign-in link, if its address ever gave."""
    worker = worker_context(context)
    post = worker.resource(DonationsContext).post
    with worker.database.transaction() as session:
        send_link(session, uuid.UUID(link_id), post=post, now=worker.clock.now())


@tasks.task(name="donors.forget", cron="20 3 * * *")
def forget(context: JobContext, timestamp: int) -> None:
    """Forget sign-ins that are over, and erase donors whose data may go by now and who asked for it."""
    del timestamp
    worker = worker_context(context)
    now = worker.clock.now()
    with worker.database.transaction() as session:
        for cause in (LINK_LETTER, ERASURE_LETTER):
            forget_letters(session, cause, before=now - FORGET_AFTER)
        session.execute(delete(DonorLink).where(DonorLink.requested_at < now - FORGET_AFTER))
        session.execute(delete(DonorSession).where(DonorSession.started_at < now - ABSOLUTE_LIMIT))
    with worker.database.transaction() as session:
        erased = erase_due(session, post=worker.resource(DonationsContext).post, now=now)
    _LOG.info("donors.forgotten", gifts=erased)
