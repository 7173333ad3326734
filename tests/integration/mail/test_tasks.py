from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.jobs.context import WorkerContext
from factually.jobs.worker import make_worker_app, run_worker
from factually.mail import tasks as mail_tasks
from factually.mail.letters import Letter
from factually.mail.queries import LetterCounts, letter_counts, undeliverable_letters
from factually.mail.sending import mark_undeliverable, send_later
from tests.support.mail_server import mail_server

if TYPE_CHECKING:
    import uuid

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from factually.mail.smtp import SmtpServer
    from tests.support.clock import FrozenClock

LETTER = Letter("gift-receipt:1", "ada@example.org", "Your receipt", "Thank you, Ada.", "<p>Thank you.</p>")
LAST_TRY = text("UPDATE procrastinate_jobs SET attempts = :tries WHERE task_name = 'mail.deliver'")
DUE_NOW = text("UPDATE procrastinate_jobs SET scheduled_at = NULL")


class Post:
    """A worker that delivers, as often as it is told to."""

    def __init__(self, database: Database, keyring: Keyring, clock: FrozenClock) -> None:
        self.database = database
        self.keyring = keyring
        self.clock = clock

    def queue(self) -> None:
        with self.database.transaction() as session:
            send_later(session, LETTER, keyring=self.keyring, now=self.clock.now())

    def run(self, server: SmtpServer) -> None:
        with self.database.transaction() as session:
            session.execute(DUE_NOW)
        context = WorkerContext(self.database, self.clock, self.keyring, resources=(server,))
        run_worker(make_worker_app(self.database.url, [mail_tasks.tasks]), context, wait=False)

    def counts(self) -> LetterCounts:
        with self.database.reading() as connection:
            return letter_counts(connection)


@pytest.fixture
def post(database: Database, keyring: Keyring, clock: FrozenClock) -> Post:
    made = Post(database, keyring, clock)
    made.queue()
    return made


@pytest.mark.parametrize(
    ("recipients", "letters", "code"),
    [("550 no such user", "", 550), ("", "554 we think it is spam", 554)],
)
def test_a_letter_refused_for_good_is_given_up_and_counted(
    post: Post, recipients: str, letters: str, code: int
) -> None:
    with mail_server() as server:
        server.answer_to_recipients, server.answer_to_letters = recipients, letters
        post.run(server.address)
        server.answer_to_recipients = server.answer_to_letters = ""
        post.run(server.address)
        assert (server.tries, server.received) == (1, [])
    assert post.counts() == LetterCounts(sent=0, waiting=0, undeliverable=1)
    with post.database.reading() as connection:
        given_up = undeliverable_letters(connection)
    assert [(letter.kind, letter.smtp_code) for letter in given_up] == [("gift-receipt", code)]
    assert given_up[0].given_up_at == post.clock.now()


@pytest.mark.parametrize("answer", ["450 mailbox busy", "421 come back later"])
def test_a_letter_refused_for_now_is_tried_again(post: Post, answer: str) -> None:
    with mail_server() as server:
        server.answer_to_recipients = answer
        post.run(server.address)
        assert post.counts() == LetterCounts(sent=0, waiting=1, undeliverable=0)
        server.answer_to_recipients = ""
        post.run(server.address)
        assert len(server.received) == 1
    assert post.counts() == LetterCounts(sent=1, waiting=0, undeliverable=0)


def test_a_letter_nobody_takes_is_given_up_at_the_last_try(post: Post) -> None:
    with mail_server() as server:
        away = server.address
    with post.database.transaction() as session:
        session.execute(LAST_TRY, {"tries": mail_tasks.RETRIES})
    post.run(away)
    assert post.counts() == LetterCounts(sent=0, waiting=0, undeliverable=1)
    with post.database.reading() as connection:
        assert [letter.smtp_code for letter in undeliverable_letters(connection)] == [None]


@pytest.mark.parametrize(("bounces", "expected"), [("", "gifts@example.org"), ("back@example.org",) * 2])
def test_failures_of_other_servers_go_to_the_envelope_sender(post: Post, bounces: str, expected: str) -> None:
    with mail_server() as server:
        post.run(replace(server.address, bounces=bounces))
        assert server.envelope_senders == [expected]


def test_a_sent_letter_is_never_marked_undeliverable(post: Post) -> None:
    with mail_server() as server:
        post.run(server.address)
    with post.database.transaction() as session:
        letter_id: uuid.UUID = session.execute(text("SELECT id FROM outgoing_letter")).scalar_one()
        mark_undeliverable(session, letter_id, smtp_code=550, now=post.clock.now())
    assert post.counts() == LetterCounts(sent=1, waiting=0, undeliverable=0)
