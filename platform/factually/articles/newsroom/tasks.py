"""What the worker does for the newsroom: publish what is due, after a downtime as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from factually.articles.models import Article
from factually.articles.newsroom.reviewing import due_articles, publish_due, take_off_schedule
from factually.foundation.errors import DomainError
from factually.jobs.context import worker_context
from factually.jobs.tasks import TaskList

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from procrastinate import JobContext

    from factually.foundation.database import Database

tasks = TaskList()
PUBLISH_DUE: Final = "newsroom.publish_due"


@tasks.task(name=PUBLISH_DUE, cron="* * * * *")
def publish_scheduled(context: JobContext, timestamp: int) -> None:
    """Publish each scheduled article whose time has come, one transaction each."""
    del timestamp
    worker = worker_context(context)
    now = worker.clock.now()
    with worker.database.transaction() as session:
        due = due_articles(session, now=now)
    for article_id in due:
        _publish_one(worker.database, article_id, now=now)


def _publish_one(database: Database, article_id: uuid.UUID, *, now: datetime) -> None:
    """Publish an article, or tell the newsroom what keeps it from being published."""
    try:
        with database.transaction() as session:
            publish_due(session, session.get_one(Article, article_id), now=now)
    except DomainError as error:
        structlog.get_logger().warning("newsroom.not_published", article=str(article_id))
        with database.transaction() as session:
            article = session.get_one(Article, article_id)
            take_off_schedule(session, article, reason=error.message, now=now)
