"""Deferring a job in the caller's transaction: both are there after the commit, or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.foundation.canonical import JsonValue

# Procrastinate's own client would use a connection of its own; its trigger on this table wakes the worker.
_DEFER = text(
    """
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
    VALUES ('default', :task_name, :lock, :lock, :arguments, :schedule_at)
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
    """,
).bindparams(bindparam("arguments", type_=JSONB))


def defer(
    session: Session,
    task_name: str,
    /,
    *,
    queueing_lock: str | None = None,
    schedule_at: datetime | None = None,
    **arguments: JsonValue,
) -> None:
    """Queue a task, so that it runs if and only if the caller's transaction commits.

    Args:
        session: The caller's transaction.
        task_name: Name as given to `@tasks.task(name=…)`.
        queueing_lock: At most one waiting job has this lock, and at most one runs; a second is dropped.
        schedule_at: Earliest start, or None for at once.
        **arguments: Ids and plain values; never personal data, the queue is not sealed.
    """
    session.execute(
        _DEFER,
        {
            "task_name": task_name,
            "lock": queueing_lock,
            "arguments": arguments,
            "schedule_at": schedule_at,
        },
    )
