"""A Stripe, a mail server and a database for one day, and what must hold once it was played."""

from __future__ import annotations

import json
import multiprocessing
import signal
import tempfile
import threading
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from werkzeug.serving import WSGIRequestHandler, make_server

from factually.accounts.roles import AUDITOR
from factually.foundation.database import opened_database
from factually.stripe_sandbox.application import create_app
from factually.stripe_sandbox.faults import Faults
from factually.stripe_sandbox.store import Store
from tests.faults.looking import (
    gifts_by_key,
    left_open,
    look_at_stripe,
    stuck,
    wrong_books,
    wrong_mail,
    wrong_money,
)
from tests.faults.outside import Outside, Stage, outside_of
from tests.faults.parts import PARTS, SECOND_FROM
from tests.faults.story import MOMENTS, Fault, play
from tests.support.independence_factories import prepare_screening
from tests.support.made_up_settings import ENVIRONMENT
from tests.support.mail_server import mail_server
from tests.support.people import add_person
from tests.support.small_indexes import DERIVED
from tests.support.stripe_sandbox import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from tests.faults.looking import AtStripe
    from tests.support.databases import TestDatabase
    from tests.support.mail_server import ReceivingServer

_PROCESSES: Final = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.faults.story"])
_PATIENCE: Final = 120
_NOON: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KILLED: Final = -signal.SIGKILL
NO_FAULT: Final = Fault()
_DARK: Final = timedelta(minutes=1)
"""How long the power is away: longer than a lease, so that what was under way is anybody's."""
_ROUNDS_AFTER: Final = 2
"""Rounds of sending again after a restart: one ends what was under way, one what that began."""
_LETTERS: Final = text(
    """
    SELECT gift.client_key, split_part(letter.key, ':', 1) AS kind
    FROM outgoing_letter AS letter
    LEFT JOIN refund ON refund.id::text = split_part(letter.key, ':', 2)
    JOIN gift ON gift.id::text = coalesce(refund.gift_id::text, split_part(letter.key, ':', 2))
    """
)
_WARNINGS: Final = text("SELECT client_key FROM fraud_warning JOIN gift ON gift.id = fraud_warning.gift_id")


class _Quiet(WSGIRequestHandler):
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Moments:
    """The moments of a day that was played to its end; see `Boundaries` for the three."""

    names: list[str]
    effects: list[int]
    marked: list[int]


@dataclass(frozen=True)
class World:
    """Everything that outlives a process of ours."""

    stage: Stage
    database: TestDatabase
    mail: ReceivingServer

    def moved_to(self, database: TestDatabase) -> World:
        """The same day over a database that came back at another address."""
        stage = replace(
            self.stage,
            environment={**self.stage.environment, "DATABASE_URL": database.app_url},
            owner_url=_plain(database.owner_url),
        )
        return replace(self, stage=stage, database=database)

    def play(self, fault: Fault = NO_FAULT, *, rounds: int = 1) -> int:
        """Play the day in a process of its own and return its exit code, negative for a signal."""
        process = _PROCESSES.Process(target=play, args=(self.stage, fault, rounds))
        process.start()
        process.join(_PATIENCE)
        if process.exitcode is None:
            process.kill()
            process.join()
        return process.exitcode or 0

    def restart(self, *, bug: str | None = None) -> list[str]:
        """Start again a minute after a death, and say what is wrong once all is sent and worked through.

        A seeded bug is there after the restart too: a restart mends no code.
        """
        outside_of(self.stage).wait(_DARK)
        ended = self.play(Fault(bug=bug), rounds=_ROUNDS_AFTER)
        return [f"the restarted process ended with {ended}"] if ended else self.wrongs()

    def moments(self) -> Moments:
        """Return the moments of the last day that was played to its end."""
        return Moments(**json.loads((Path(self.stage.memory) / MOMENTS).read_text(encoding="utf-8")))

    def wrongs(self) -> list[str]:
        """Say what is lost, doubled or stuck, here or at Stripe; nothing is what a test wants to see."""
        outside = outside_of(self.stage)
        stripe = look_at_stripe(outside)
        with opened_database(self.database.owner_url) as database:
            with database.transaction() as session:
                found = [
                    *_wrong_ends(session, stripe),
                    *_wrong_letters(session),
                    *wrong_money(session, stripe),
                    *left_open(stripe),
                    *wrong_mail(session, self.mail),
                    *stuck(session),
                ]
            return found + wrong_books(database, outside)


@contextmanager
def world(database: TestDatabase, *, seed: int) -> Iterator[World]:
    """Prepare one day: a published policy, a register, two auditors, and each donor's card entries."""
    with ExitStack() as opened:
        mail = opened.enter_context(mail_server())
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        environment = {
            **ENVIRONMENT,
            "DATABASE_URL": database.app_url,
            "FACTUALLY_DERIVED_FILES": str(DERIVED),
            "FACTUALLY_SECOND_PERSON_FROM": str(SECOND_FROM),
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_SANDBOX_URL": opened.enter_context(threaded_sandbox()),
        }
        outside = Outside(environment, folder)
        stage = Stage(
            environment=environment,
            owner_url=_plain(database.owner_url),
            smtp_port=mail.address.port,
            auditors=_prepare(database),
            tokens={part.name: [outside.card_entry(card) for card in part.entries] for part in PARTS},
            seed=seed,
            memory=str(folder),
        )
        yield World(stage=stage, database=database, mail=mail)


@contextmanager
def threaded_sandbox() -> Iterator[str]:
    """Run Stripe's stand-in in a thread: a fresh one costs milliseconds, and it survives what we kill."""
    store = Store(None)
    server = make_server("127.0.0.1", 0, create_app(store, Faults()), threaded=True, request_handler=_Quiet)
    serving = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
        store.close()


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


def _prepare(database: TestDatabase) -> list[str]:
    with opened_database(database.app_url, derived=DERIVED) as connected:
        with connected.transaction() as session:
            prepare_screening(session)
        people = [
            add_person(connected, AUDITOR, now=_NOON, email=f"auditor-{number}@example.org")
            for number in range(2)
        ]
    return [str(person.id) for person in people]


def _wrong_ends(session: Session, stripe: AtStripe) -> Iterator[str]:
    gifts = gifts_by_key(session)
    warned_of = list(session.execute(_WARNINGS).scalars())
    for part in PARTS:
        key = uuid.UUID(part.client_key)
        gift = gifts.pop(key, None)
        if gift is None:
            yield f"{part.name}: lost"
            continue
        if gift.state != part.end:
            yield f"{part.name}: {gift.state} instead of {part.end}"
        if gift.refunded_minor != part.returned:
            yield f"{part.name}: {gift.refunded_minor} given back instead of {part.returned}"
        if warned_of.count(key) != part.warned_of:
            yield f"{part.name}: {warned_of.count(key)} warnings"
        submitted = [
            one["evidence_details"]["submission_count"]
            for one in stripe.disputes.get(gift.charge_id or "", ())
        ]
        if submitted != ([int(part.answered)] if part.dispute else []):
            yield f"{part.name}: {submitted} answers to the bank"
    if gifts:
        yield f"{len(gifts)} gifts too many"


def _wrong_letters(session: Session) -> Iterator[str]:
    rows = session.execute(_LETTERS).all()
    for part in PARTS:
        kinds = sorted(row.kind for row in rows if row.client_key == uuid.UUID(part.client_key))
        if kinds != list(part.letters):
            yield f"{part.name}: letters {kinds} instead of {list(part.letters)}"
