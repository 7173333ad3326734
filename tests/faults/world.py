"""A Stripe, a mail server and a database for one day, and what must hold once it was played."""

from __future__ import annotations

import json
import multiprocessing
import signal
import tempfile
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import requests
from sqlalchemy import text
from werkzeug.serving import WSGIRequestHandler, make_server

from factually.accounts.roles import AUDITOR
from factually.foundation.database import opened_database
from factually.stripe_sandbox.application import create_app
from factually.stripe_sandbox.faults import Faults
from factually.stripe_sandbox.store import Store
from tests.faults.story import MOMENTS, PARTS, Fault, Stage, play
from tests.support.databases import fresh_database
from tests.support.independence_factories import prepare_screening
from tests.support.made_up_settings import ENVIRONMENT
from tests.support.mail_server import mail_server
from tests.support.people import add_person
from tests.support.small_indexes import DERIVED
from tests.support.stripe_sandbox import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from factually.foundation.embedded_postgres import EmbeddedCluster
    from tests.support.databases import TestDatabase
    from tests.support.mail_server import ReceivingServer

_PROCESSES: Final = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.faults.story"])
_PATIENCE: Final = 120
_NOON: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_TIMEOUT: Final = 10
KILLED: Final = -signal.SIGKILL
NO_FAULT: Final = Fault()
_ROUNDS_AFTER: Final = 2
"""Rounds of sending again after a restart: one ends what waits for a lease, one what that began."""
_LETTERS: Final = {"captured": ["gift-receipt"], "refused": []}
_HELD_LETTERS: Final = {"captured": ["gift-held", "gift-receipt"], "released": ["gift-held", "gift-released"]}


class _Quiet(WSGIRequestHandler):
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(frozen=True)
class World:
    """Everything that outlives a process of ours."""

    stage: Stage
    database: TestDatabase
    mail: ReceivingServer

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
        """Start again after a death, and say what is wrong once all is sent and worked through again.

        A seeded bug is there after the restart too: a restart mends no code.
        """
        ended = self.play(Fault(bug=bug), rounds=_ROUNDS_AFTER)
        return [f"the restarted process ended with {ended}"] if ended else self.wrongs()

    def moments(self) -> list[str]:
        """Return the moments of the last day that was played to its end."""
        found: list[str] = json.loads((Path(self.stage.memory) / MOMENTS).read_text(encoding="utf-8"))
        return found

    def wrongs(self) -> list[str]:
        """Say what is lost, doubled or stuck, here or at Stripe; nothing is what a test wants to see."""
        intents: dict[str, list[dict[str, Any]]] = {}
        for intent in _at_stripe(self.stage, "payment_intents"):
            intents.setdefault(intent["metadata"].get("gift", "none"), []).append(intent)
        with opened_database(self.database.owner_url) as database, database.transaction() as session:
            return [
                *_wrong_gifts(session, intents),
                *_wrong_letters(session, self.mail),
                *_stuck(session),
            ]


@contextmanager
def world(cluster: EmbeddedCluster, *, seed: int) -> Iterator[World]:
    """Prepare one day: a published policy, a register, an auditor, and each donor's card entries."""
    with ExitStack() as opened:
        database = opened.enter_context(fresh_database(cluster))
        mail = opened.enter_context(mail_server())
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        sandbox = opened.enter_context(_sandbox())
        environment = {
            **ENVIRONMENT,
            "DATABASE_URL": database.app_url,
            "FACTUALLY_DERIVED_FILES": str(DERIVED),
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_SANDBOX_URL": sandbox,
        }
        with opened_database(database.app_url, derived=DERIVED) as connected:
            with connected.transaction() as session:
                prepare_screening(session)
            auditor = add_person(connected, AUDITOR, now=_NOON)
        stage = Stage(
            environment=environment,
            owner_url=database.owner_url.replace("postgresql+psycopg", "postgresql"),
            smtp_port=mail.address.port,
            auditor=str(auditor.id),
            tokens={part.name: [_card_entry(sandbox, card) for card in part.cards] for part in PARTS},
            seed=seed,
            memory=str(folder),
        )
        yield World(stage=stage, database=database, mail=mail)


@contextmanager
def _sandbox() -> Iterator[str]:
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


def _card_entry(sandbox: str, card: str) -> str:
    answer = requests.post(
        f"{sandbox}/v1/test_helpers/confirmation_tokens",
        auth=(SECRET_KEY, ""),
        data={"payment_method": card},
        timeout=_TIMEOUT,
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


def _wrong_gifts(session: Session, intents: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    rows = session.execute(
        text("SELECT client_key::text, id::text, state, captured_minor, refunded_minor FROM gift")
    )
    gifts = {row.client_key: row for row in rows}
    if sum(len(found) for found in intents.values()) > len(gifts):
        yield f"{len(intents)} gifts have intents at Stripe, more than there are gifts or more than one each"
    for part in PARTS:
        gift = gifts.pop(part.client_key, None)
        if gift is None:
            yield f"{part.name}: lost"
            continue
        if gift.state != part.end:
            yield f"{part.name}: {gift.state} instead of {part.end}"
        ours = intents.get(gift.id, [])
        charged = sum(intent["amount_received"] for intent in ours)
        if charged != gift.captured_minor:
            yield f"{part.name}: Stripe took {charged}, we say {gift.captured_minor}"
        if any(intent["status"] not in {"succeeded", "canceled"} for intent in ours):
            yield f"{part.name}: left open at Stripe"
    if gifts:
        yield f"{len(gifts)} gifts too many"


def _wrong_letters(session: Session, mail: ReceivingServer) -> Iterator[str]:
    rows = session.execute(
        text(
            "SELECT client_key::text, state, split_part(key, ':', 1) AS kind, sent_at IS NULL AS waits"
            " FROM gift LEFT JOIN outgoing_letter ON split_part(key, ':', 2) = gift.id::text"
        )
    ).all()
    for part in PARTS:
        found = sorted(row.kind for row in rows if row.client_key == part.client_key and row.kind)
        expected = (_HELD_LETTERS if part.name.startswith("held") else _LETTERS)[part.end.value]
        if found != expected:
            yield f"{part.name}: letters {found} instead of {expected}"
    if any(row.waits for row in rows if row.kind):
        yield "a letter waits"
    arrived = Counter(letter["Message-ID"] for letter in mail.received)
    written = session.execute(text("SELECT id::text FROM outgoing_letter")).scalars().all()
    if len(arrived) != len(written):
        yield f"{len(arrived)} letters arrived, {len(written)} were written"


def _stuck(session: Session) -> Iterator[str]:
    for what, query in {
        "events without their work": "SELECT count(*) FROM webhook_event WHERE processed_at IS NULL",
        "calls without an answer": "SELECT count(*) FROM payment_attempt WHERE outcome IS NULL",
        "jobs not done": "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('doing', 'failed')",
    }.items():
        count = session.execute(text(query)).scalar_one()
        if count:
            yield f"{count} {what}"


def _at_stripe(stage: Stage, what: str) -> list[dict[str, Any]]:
    answer = requests.get(
        f"{stage.stripe}/v1/{what}", params={"limit": 100}, auth=(SECRET_KEY, ""), timeout=_TIMEOUT
    )
    found: list[dict[str, Any]] = answer.json()["data"]
    return found
