"""A Stripe, a mail server and a database for one day, and what must hold once it was played."""

from __future__ import annotations

import json
import multiprocessing
import signal
import tempfile
import threading
from bisect import bisect_right
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from werkzeug.serving import WSGIRequestHandler, make_server

from factually.accounts.roles import AUDITOR
from factually.foundation.database import opened_database
from factually.stripe_sandbox.application import create_app
from factually.stripe_sandbox.faults import Faults
from factually.stripe_sandbox.store import Store
from tests.faults.endings import wrong_ends, wrong_letters, wrong_stands
from tests.faults.looking import (
    left_open,
    look_at_stripe,
    stuck,
    wrong_books,
    wrong_mail,
    wrong_money,
    wrong_subscriptions,
)
from tests.faults.monthly_parts import EVERYBODY
from tests.faults.outside import Outside, Stage, outside_of
from tests.faults.parts import SECOND_FROM
from tests.faults.story import MOMENTS, Fault, chapter_under_way, play
from tests.support.independence_factories import prepare_screening
from tests.support.made_up_settings import ENVIRONMENT
from tests.support.mail_server import mail_server
from tests.support.people import add_person
from tests.support.stripe_sandbox import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from tests.support.databases import TestDatabase
    from tests.support.mail_server import ReceivingServer

_PROCESSES: Final = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.faults.story"])
_PATIENCE: Final = 300
KILLED: Final = -signal.SIGKILL
HUNG: Final = 124
"""What `timeout` says of a process that it had to end."""
NO_FAULT: Final = Fault()
_DARK: Final = timedelta(minutes=1)
"""How long the power is away: longer than a lease, so that what was under way is anybody's."""
_ROUNDS_AFTER: Final = 2
"""Rounds of sending again after a restart: one ends what was under way, one what that began."""


class _Quiet(WSGIRequestHandler):
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Moments:
    """The moments of a day that was played to its end; see `Boundaries` for the four."""

    names: list[str]
    effects: list[int]
    marked: list[int]
    chapters: dict[str, int]

    def cuts(self, chosen: Sequence[int]) -> Mapping[str, int]:
        """Say by chapter and number in it where these moments are, one in a chapter; see `Fault`."""
        counted = self.effects if self.are_effects(chosen) else range(1, len(self.names) + 1)
        return {
            chapter: bisect_right(counted, moment) - bisect_right(counted, self.chapters[chapter])
            for moment in chosen
            for chapter in [self.chapter_of(moment)]
        }

    def are_effects(self, chosen: Sequence[int]) -> bool:
        """Tell whether all of these moments follow an effect."""
        return set(chosen) <= set(self.effects)

    def chapter_of(self, moment: int) -> str:
        """Name the chapter that a moment is in."""
        return max((begins, name) for name, begins in self.chapters.items() if begins < moment)[1]


@dataclass(frozen=True)
class Lives:
    """How a day went: the ends of processes by the chapter they died in, and what was wrong after it."""

    deaths: Mapping[str, int]
    wrongs: Sequence[str]


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
        if process.exitcode is not None:
            return process.exitcode
        process.kill()
        process.join()
        return HUNG

    def live(self, fault: Fault = NO_FAULT, *, revive: Callable[[World], World] | None = None) -> Lives:
        """Play the day, and start again a minute after each death that is meant to be, until it is over.

        A seeded bug is there after a restart too: a restart mends no code.

        Args:
            fault: What goes wrong.
            revive: Brings back what died beside the process.
        """
        deaths: dict[str, int] = {}
        made, cuts, rounds = self, dict(fault.cuts), 1
        while ended := made.play(replace(fault, cuts=cuts), rounds=rounds):
            chapter = chapter_under_way(made.stage)
            meant = ended == KILLED if fault.server is None else ended != HUNG
            if chapter not in cuts or not meant:
                return Lives(deaths, [f"the process ended with {ended} in: {chapter}"])
            deaths[chapter] = ended
            del cuts[chapter]
            made = made if revive is None else revive(made)
            outside_of(made.stage).wait(_DARK)
            rounds = _ROUNDS_AFTER
        return Lives(deaths, made.wrongs())

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
                    *wrong_ends(session, stripe),
                    *wrong_stands(session),
                    *wrong_letters(session),
                    *wrong_money(session, stripe),
                    *wrong_subscriptions(session, stripe),
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
            "FACTUALLY_DERIVED_FILES": str(folder / "derived"),
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
            auditors=_prepare(database, folder / "derived", now=outside.now()),
            tokens={part.name: [outside.card_entry(card) for card in part.entries] for part in EVERYBODY},
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


def _prepare(database: TestDatabase, derived: Path, *, now: datetime) -> list[str]:
    with opened_database(database.app_url, derived=derived) as connected:
        with connected.transaction() as session:
            prepare_screening(session, now=now)
        people = [
            add_person(connected, AUDITOR, now=now, email=f"auditor-{number}@example.org")
            for number in range(2)
        ]
    return [str(person.id) for person in people]
