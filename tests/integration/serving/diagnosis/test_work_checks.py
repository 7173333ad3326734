from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from factually.donations.card_testing.models import CardTurn
from factually.foundation.crypto import Keyring
from factually.mail.letters import Letter
from factually.mail.sending import send_later
from factually.serving.diagnosis.findings import State
from factually.serving.diagnosis.work_checks import cards_pay, key_opens, letters_go_out, queue_is_alive

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from factually.serving.diagnosis.findings import Finding
    from tests.support.clock import FrozenClock


def queue(database: Database) -> list[Finding]:
    with database.reading() as connection:
        return list(queue_is_alive(connection))


def change(database: Database, statement: str) -> None:
    with database.transaction() as session:
        session.execute(text(statement))


def write(database: Database, keyring: Keyring, clock: FrozenClock) -> None:
    letter = Letter("gift-receipt:1", "ann@example.org", "Thank you", "text", "<p>html</p>")
    with database.transaction() as session:
        send_later(session, letter, keyring=keyring, now=clock.now())


def test_no_worker_is_wrong_and_says_what_stands_still(database: Database) -> None:
    (found,) = queue(database)
    assert found.state is State.WRONG
    assert found.to_do.startswith("Start `factually worker`")


def test_a_worker_that_stopped_beating_is_no_worker(database: Database) -> None:
    change(
        database, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes')"
    )
    assert queue(database)[0].state is State.WRONG


def test_a_worker_whose_heart_beats_is_right(database: Database) -> None:
    change(database, "INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert [finding.state for finding in queue(database)] == [State.OK]


def test_a_job_that_waits_for_long_is_a_warning(
    database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    change(database, "INSERT INTO procrastinate_workers DEFAULT VALUES")
    write(database, keyring, clock)
    change(database, "UPDATE procrastinate_events SET at = now() - interval '7 minutes'")
    (found,) = queue(database)
    assert found.state is State.WARNING
    assert "1 job waiting, the oldest for 7 minutes" in found.seen


def test_jobs_that_were_given_up_are_counted(
    database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    write(database, keyring, clock)
    change(database, "UPDATE procrastinate_jobs SET status = 'failed'")
    assert queue(database)[-1].seen == "1 job given up."


def test_letters_that_could_not_be_delivered_are_counted(
    database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    write(database, keyring, clock)
    with database.reading() as connection:
        assert letters_go_out(connection).seen == "0 sent, 1 wait, none undeliverable."
    change(database, "UPDATE outgoing_letter SET undeliverable_at = now(), smtp_code = 550")
    with database.reading() as connection:
        assert letters_go_out(connection).state is State.WARNING


def test_many_declined_cards_are_a_warning(database: Database, clock: FrozenClock) -> None:
    def found() -> Finding:
        with database.reading() as connection:
            return cards_pay(connection, now=clock.now())

    assert (found().state, found().seen) == (State.OK, "0 of 0 cards of the last five minutes were declined.")
    who = {"address": bytes(32), "email_index": bytes(32)}
    moments = dict.fromkeys(("asked_at", "passed_at", "answered_at"), clock.now())
    with database.transaction() as session:
        session.add_all(
            CardTurn(subject="gift", entry=f"ctoken_{number}", paid=False, **who, **moments)
            for number in range(10)
        )
    assert found().state is State.WARNING
    assert found().seen.startswith("10 of 10 cards")


def test_a_key_is_tried_on_the_newest_letter(
    database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    with database.transaction() as session:
        assert key_opens(session, keyring).seen == "Nothing is sealed yet."
    write(database, keyring, clock)
    with database.transaction() as session:
        assert key_opens(session, keyring).state is State.OK
        found = key_opens(session, Keyring.from_secret(b"another made-up key for tests, 32"))
    assert found.state is State.WRONG
    assert "FACTUALLY_DATA_KEY" in found.seen
