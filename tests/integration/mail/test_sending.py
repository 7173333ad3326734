from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from factually.mail.letters import Letter, OutgoingLetter
from factually.mail.sending import compose, mark_sent, open_unsent, send_later
from factually.mail.smtp import SmtpServer

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

SERVER = SmtpServer("127.0.0.1", 25, "Factually <gifts@example.org>", reply_to="hello@example.org")
LETTER = Letter("receipt:1", "ada@example.org", "Your receipt", "Thank you, Ada.", "<p>Thank you, Ada.</p>")
JOBS = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mail.deliver'")


def test_a_letter_waits_sealed_with_one_job(database: Database, keyring: Keyring, clock: FrozenClock) -> None:
    with database.transaction() as session:
        send_later(session, LETTER, keyring=keyring, now=clock.now())
    with database.transaction() as session:
        row = session.execute(select(OutgoingLetter)).scalar_one()
        assert b"ada@example.org" not in row.sealed
        assert open_unsent(session, row.id, keyring=keyring) == LETTER
        assert session.scalar(JOBS) == 1


def test_the_same_key_twice_is_one_letter(database: Database, keyring: Keyring, clock: FrozenClock) -> None:
    for _ in range(2):
        with database.transaction() as session:
            send_later(session, LETTER, keyring=keyring, now=clock.now())
    with database.transaction() as session:
        assert len(session.execute(select(OutgoingLetter)).all()) == 1
        assert session.scalar(JOBS) == 1


def test_a_rolled_back_cause_leaves_neither_letter_nor_job(
    database: Database,
    keyring: Keyring,
    clock: FrozenClock,
) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        send_later(session, LETTER, keyring=keyring, now=clock.now())
        raise ZeroDivisionError
    with database.transaction() as session:
        assert session.execute(select(OutgoingLetter)).all() == []
        assert session.scalar(JOBS) == 0


def test_a_sent_letter_is_not_opened_again(database: Database, keyring: Keyring, clock: FrozenClock) -> None:
    with database.transaction() as session:
        send_later(session, LETTER, keyring=keyring, now=clock.now())
    with database.transaction() as session:
        row_id = session.execute(select(OutgoingLetter.id)).scalar_one()
        mark_sent(session, row_id, now=clock.now())
        assert open_unsent(session, row_id, keyring=keyring) is None


def test_both_parts_and_a_steady_message_id_are_composed(clock: FrozenClock) -> None:
    letter_id = uuid.UUID(int=7)
    message = compose(LETTER, letter_id=letter_id, server=SERVER, now=clock.now())
    again = compose(LETTER, letter_id=letter_id, server=SERVER, now=clock.now())
    assert message["Message-ID"] == again["Message-ID"] == f"<{letter_id}@example.org>"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_line_break_cannot_smuggle_a_header(clock: FrozenClock) -> None:
    forged = Letter("k", "ada@example.org", "Hello\r\nBcc: all@example.org", "x", "x")
    with pytest.raises(ValueError, match=r"linefeed|newline|carriage"):
        compose(forged, letter_id=uuid.UUID(int=7), server=SERVER, now=clock.now())


def test_machines_are_told_not_to_answer_and_people_reach_a_person(clock: FrozenClock) -> None:
    message = compose(LETTER, letter_id=uuid.UUID(int=7), server=SERVER, now=clock.now())
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert message["Reply-To"] == "hello@example.org"
    alone = replace(SERVER, reply_to="")
    assert compose(LETTER, letter_id=uuid.UUID(int=7), server=alone, now=clock.now())["Reply-To"] is None
