"""A job that waits again gives way to its like: it gives up the lock that keeps a second one from waiting.

Revision: 0007
After: 0006

A job may be queued again while it runs, since what it looks at may have changed. If it then failed, or its
worker died, two jobs would wait under one lock, which the queue's unique index forbids: the first stayed
"doing" for ever and held back all others of its kind. It keeps the other lock, so both run one after another.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Give up the queueing lock of a job that waits again, if another job waits under it."""
    op.execute(
        """
        CREATE FUNCTION give_way_to_waiting_job() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM procrastinate_jobs
                WHERE queueing_lock = NEW.queueing_lock AND status = 'todo' AND id <> NEW.id
            ) THEN
                NEW.queueing_lock := NULL;
            END IF;
            RETURN NEW;
        END
        $$
        """,
    )
    op.execute(
        """
        CREATE TRIGGER give_way BEFORE UPDATE ON procrastinate_jobs FOR EACH ROW
        WHEN (OLD.status <> 'todo' AND NEW.status = 'todo' AND NEW.queueing_lock IS NOT NULL)
        EXECUTE FUNCTION give_way_to_waiting_job()
        """,
    )


def downgrade() -> None:
    """Let them collide again."""
    op.execute("DROP TRIGGER give_way ON procrastinate_jobs")
    op.execute("DROP FUNCTION give_way_to_waiting_job()")
