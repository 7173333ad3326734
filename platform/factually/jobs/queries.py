"""What operators may know of the queue: who works, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

DEAD_AFTER: Final = timedelta(seconds=60)
"""A worker beats every ten seconds."""

_QUEUE: Final = text(
    """
    SELECT
      (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - CAST(:dead AS interval))
        AS alive,
      (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed') AS failed,
      (SELECT count(*) FROM procrastinate_jobs
         WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())) AS due,
      (SELECT max(now() - coalesce(j.scheduled_at, e.at)) FROM procrastinate_jobs j
         JOIN procrastinate_events e ON e.job_id = j.id AND e.type IN ('deferred', 'deferred_for_retry')
         WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())) AS late
    """
)


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the queue is, by the database's own clock.

    Attributes:
        alive: Workers whose heart beats.
        failed: Jobs given up.
        due: Jobs that could run now.
        late: For how long the oldest of these has waited; None where there is none.
    """

    alive: int
    failed: int
    due: int
    late: timedelta | None


def queue_state(connection: Connection) -> QueueState:
    """Look at the queue."""
    row = connection.execute(_QUEUE, {"dead": DEAD_AFTER}).one()
    return QueueState(row.alive, row.failed, row.due, row.late)
