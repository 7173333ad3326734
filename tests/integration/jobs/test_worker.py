from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from procrastinate import RetryStrategy
from sqlalchemy import text

from factually.jobs.context import WorkerContext, worker_context
from factually.jobs.queue import defer
from factually.jobs.tasks import TaskList
from factually.jobs.worker import make_worker_app, run_worker
from factually.mail import tasks as mail_tasks
from factually.mail.letters import Letter
from factually.mail.sending import send_later
from tests.support.mail_server import mail_server

if TYPE_CHECKING:
    from procrastinate import JobContext

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

LETTER = Letter("receipt:1", "ada@example.org", "Your receipt", "Thank you.", "<p>Thank you.</p>")

DUE_NOW = "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' RETURNING attempts"


def test_a_deferred_job_runs_with_the_parts_it_needs(
    database: Database,
    keyring: Keyring,
    clock: FrozenClock,
) -> None:
    tasks = TaskList()
    seen: list[tuple[str, bool]] = []

    @tasks.task(name="look")
    def look(context: JobContext, *, word: str) -> None:
        seen.append((word, worker_context(context).clock is clock))

    for _ in range(2):
        with database.transaction() as session:
            defer(session, "look", queueing_lock="look:once", word="here")
    app = make_worker_app(database.url, [tasks])
    run_worker(app, WorkerContext(database, clock, keyring), wait=False)
    assert seen == [("here", True)]


def test_a_letter_reaches_the_mail_server_once(
    database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    with database.transaction() as session:
        send_later(session, LETTER, keyring=keyring, now=clock.now())
    with mail_server() as server:
        context = WorkerContext(database, clock, keyring, resources=(server.address,))
        for _ in range(2):
            run_worker(make_worker_app(database.url, [mail_tasks.tasks]), context, wait=False)
    assert [(mail["To"], mail["Subject"]) for mail in server.received] == [
        ("ada@example.org", "Your receipt")
    ]


def test_a_refused_letter_waits_for_another_try(
    database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    with database.transaction() as session:
        send_later(session, LETTER, keyring=keyring, now=clock.now())
    with mail_server() as server:
        server.refusals = 1
        context = WorkerContext(database, clock, keyring, resources=(server.address,))
        run_worker(make_worker_app(database.url, [mail_tasks.tasks]), context, wait=False)
        with database.transaction() as session:
            waiting = session.execute(text(DUE_NOW)).all()
        assert [row.attempts for row in waiting] == [1]
        run_worker(make_worker_app(database.url, [mail_tasks.tasks]), context, wait=False)
    assert len(server.received) == 1


def test_a_worker_without_a_part_says_which(database: Database, keyring: Keyring, clock: FrozenClock) -> None:
    with pytest.raises(LookupError, match="Keyring"):
        WorkerContext(database, clock, keyring).resource(type(keyring))


def run_until_idle(tasks: TaskList, context: WorkerContext) -> None:
    """Run what is due, and what that makes due: a worker leaves as soon as nothing is to be had."""
    while "todo" in statuses(context.database):
        run_worker(make_worker_app(context.database.url, [tasks]), context, wait=False)


def waiting_twice(database: Database) -> tuple[TaskList, list[int]]:
    """A task whose job is queued again under the same lock while it runs, and then fails."""
    tasks = TaskList()
    attempts: list[int] = []

    @tasks.task(name="look", retry=RetryStrategy(max_attempts=3, wait=0))
    def look(context: JobContext) -> None:
        attempts.append(context.job.attempts)
        if len(attempts) == 1:
            with database.transaction() as session:
                defer(session, "look", queueing_lock="look:once")
            raise OSError("away")

    with database.transaction() as session:
        defer(session, "look", queueing_lock="look:once")
    return tasks, attempts


def test_a_job_that_fails_while_its_like_waits_is_tried_again(
    database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    tasks, attempts = waiting_twice(database)
    run_until_idle(tasks, WorkerContext(database, clock, keyring))
    assert sorted(attempts) == [0, 0, 1]
    assert statuses(database) == []


def test_a_dead_workers_jobs_are_taken_over_though_their_like_waits(
    database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    tasks = TaskList()
    seen: list[str] = []

    @tasks.task(name="look")
    def look(_context: JobContext, *, word: str) -> None:
        seen.append(word)

    for lock in ("look:one", "look:other"):
        with database.transaction() as session:
            defer(session, "look", queueing_lock=lock, word=lock)
            session.execute(text("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'"))
    with database.transaction() as session:
        defer(session, "look", queueing_lock="look:one", word="look:one")
        defer(session, "jobs.take_over", timestamp=0)
    run_until_idle(tasks, WorkerContext(database, clock, keyring))
    assert sorted(seen) == ["look:one", "look:one", "look:other"]
    assert statuses(database) == []


def test_two_workers_that_take_over_at_once_leave_no_job_behind(
    database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    tasks = TaskList()
    seen: list[int] = []

    @tasks.task(name="look")
    def look(_context: JobContext, *, number: int) -> None:
        seen.append(number)

    with database.transaction() as session:
        for number in range(20):
            defer(session, "look", number=number)
        session.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
        for _ in range(4):
            defer(session, "jobs.take_over", timestamp=0)
    run_until_idle(tasks, WorkerContext(database, clock, keyring))
    assert sorted(seen) == list(range(20))
    assert statuses(database) == []


def statuses(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.execute(text("SELECT status::text FROM procrastinate_jobs")).scalars())
