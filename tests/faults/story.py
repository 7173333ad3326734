"""One day of the site in one process: donors give, auditors decide, banks act, events come, the worker works.

It can be played any number of times over the same database and the same Stripe: donors send again what was
not answered, Stripe delivers again what was not acknowledged. What was done is not done twice, what was left
is finished.
"""

from __future__ import annotations

import json
import os
import random
import signal
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
import requests

from factually.application import TASK_LISTS, build_parts, create_app, create_worker
from factually.donations.lifecycle import TAKEN_STATES
from factually.donations.tasks import SWEEP
from factually.jobs.context import CONTEXT_KEY
from factually.jobs.queue import defer
from factually.jobs.worker import make_worker_app
from factually.mail.smtp import SmtpServer
from factually.settings import read_settings
from tests.faults.auditing import Auditors
from tests.faults.boundaries import Boundaries
from tests.faults.database_power import kill_server
from tests.faults.outside import outside_of
from tests.faults.parts import PARTS
from tests.faults.seeded_bugs import SEEDED_BUGS
from tests.support.card_testing import card_entry, loaded_form
from tests.support.clock import FrozenClock
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from factually.application import Parts
    from factually.settings import Settings
    from tests.faults.outside import Stage
    from tests.faults.parts import Part

REVIEW_IS_OVER: Final = timedelta(hours=73)
MOMENTS: Final = "moments.json"
TAKE_OVER: Final = "jobs.take_over"
_ANSWERED: Final = {requests.codes.ok, requests.codes.unprocessable_entity}
"""The gift is taken, held or refused, and the donor was told so."""
_JSON: Final = {"Accept": "application/json"}


@dataclass(frozen=True)
class Fault:
    """What goes wrong.

    Attributes:
        at: The moment at which the power is cut, from 1, or None.
        server: Folder of the database whose server loses its power; None where it is the process itself.
        bug: A seeded bug, None for the code as it is.
    """

    at: int | None = None
    server: Path | None = None
    bug: str | None = None

    def happen(self) -> None:
        """Cut the power."""
        if self.server is None:
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            kill_server(self.server)


def play(stage: Stage, fault: Fault, rounds: int) -> None:
    """Play the whole day, and write down the moments that were passed.

    Args:
        stage: Where.
        fault: What goes wrong.
        rounds: How often donors and Stripe send what was not answered, ten minutes apart.
    """
    boundaries = Boundaries(fault.at, fault.happen)
    settings = read_settings(dict(stage.environment), ROOT)
    parts = build_parts(settings)
    clock = FrozenClock(outside_of(stage).now())
    parts = replace(parts, clock=clock, smtp=_smtp(stage))
    if fault.bug is not None:
        SEEDED_BUGS[fault.bug](boundaries)
    boundaries.watch()
    day = _Day(stage, settings, parts, clock)
    for _ in range(rounds):
        day.give()
        day.deliver()
        day.work()
        day.decide()
        day.dispute()
        day.deliver()
        day.work()
        day.answer()
        day.wait(timedelta(minutes=10))
    day.wait(REVIEW_IS_OVER)
    day.work()
    day.end_disputes()
    for _ in range(2):
        day.deliver()
        day.work()
    moments = {"names": boundaries.passed, "effects": boundaries.effects, "marked": boundaries.marked}
    (Path(stage.memory) / MOMENTS).write_text(json.dumps(moments), encoding="utf-8")


class _Day:
    def __init__(self, stage: Stage, settings: Settings, parts: Parts, clock: FrozenClock) -> None:
        self._stage = stage
        self._outside = outside_of(stage)
        self._settings = settings
        self._parts = parts
        self._clock = clock
        self._app = _web(settings, parts)
        _, self._context = create_worker(settings, parts)
        self._auditors = Auditors(self._context, stage.auditors)
        self._chance = random.Random(stage.seed)  # noqa: S311 - an order, not a secret

    def give(self) -> None:
        """Let each donor without an answer send the form, and try cards until one is taken."""
        for number, part in enumerate(PARTS, start=1):
            if self._outside.remembers(part.name):
                continue
            client = self._app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
            pledged = client.post("/donate", data=part.form_data() | loaded_form(client), headers=_JSON)
            if pledged.status_code == requests.codes.created:
                self._pay(client, pledged.get_json(), part)

    def _pay(self, client: Any, gift: Mapping[str, str], part: Part) -> None:
        for token in self._stage.tokens[part.name]:
            data = card_entry(gift["public_id"], token)
            answer = client.post(gift["confirm_url"], data=data, headers=_JSON)
            if answer.status_code == requests.codes.accepted:
                answer = client.post(gift["settle_url"], headers=_JSON)
            if answer.status_code == requests.codes.ok and "client_secret" in answer.get_json():
                self._outside.authenticate(answer.get_json()["client_secret"])
                if part.leaves:
                    self._outside.remember(part.name)
                    return
                answer = client.post(gift["settle_url"], headers=_JSON)
            if answer.status_code == requests.codes.payment_required:
                continue
            if answer.status_code in _ANSWERED:
                self._outside.remember(part.name)
            return

    def decide(self) -> None:
        """Let the auditors accept the one held gift, and give back what is to be given back."""
        for part in PARTS:
            self._auditors.review(part)
            self._auditors.give_back(part)

    def dispute(self) -> None:
        """Let banks take back what donors deny, once it was taken."""
        for part in PARTS:
            gift = self._auditors.gift(part) if part.dispute else None
            taken = gift is not None and gift.state in TAKEN_STATES
            word = f"disputed {part.name}"
            if gift is not None and taken and not self._outside.remembers(word):
                self._outside.force("disputes", {"charge": gift.charge_id})
                self._outside.remember(word)

    def answer(self) -> None:
        """Let an auditor answer the banks."""
        for part in PARTS:
            self._auditors.answer(part)

    def end_disputes(self) -> None:
        """Let the banks decide."""
        disputes = {one["charge"]: one for one in self._outside.all_of("disputes")}
        for part in PARTS:
            gift = self._auditors.gift(part) if part.dispute else None
            found = None if gift is None else disputes.get(gift.charge_id)
            if found is not None and found["status"] not in {"won", "lost"}:
                self._outside.force(f"disputes/{found['id']}/decide", {"outcome": part.dispute})

    def deliver(self) -> None:
        """Deliver every event that was not acknowledged, one in five twice, in any order."""
        events = self._outside.all_of("events")
        events = [event for event in events if not self._outside.remembers(event["id"])]
        events += self._chance.sample(events, len(events) // 5)
        self._chance.shuffle(events)
        client = self._app.test_client()
        for event in events:
            body, signature = self._outside.signed(event)
            answer = client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": signature})
            if answer.status_code == requests.codes.ok:
                self._outside.remember(event["id"])

    def work(self) -> None:
        """Let a worker take over what a dead one left, sweep, and do all that is due."""
        with psycopg.connect(self._stage.owner_url, autocommit=True) as owner:
            owner.cursor().execute(
                "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"
            )
            owner.cursor().execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
        with self._parts.database.transaction() as session:
            defer(session, TAKE_OVER, timestamp=0)
            defer(session, SWEEP, timestamp=0)
        for _ in range(2):
            self._run_jobs()

    def _run_jobs(self) -> None:
        app = make_worker_app(self._settings.database_url, TASK_LISTS)
        # The day queues itself what recurs: what time it really is must not matter to it.
        app.periodic_registry.periodic_tasks.clear()
        app.run_worker(
            concurrency=1,
            wait=False,
            install_signal_handlers=False,
            delete_jobs="successful",
            additional_context={CONTEXT_KEY: self._context},
        )

    def wait(self, time_to_pass: timedelta) -> None:
        """Let time pass, here and at Stripe."""
        self._clock.advance(time_to_pass)
        self._outside.wait(time_to_pass)


def _web(settings: Settings, parts: Parts) -> Flask:
    app = create_app(settings, parts)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def _smtp(stage: Stage) -> SmtpServer:
    return SmtpServer("127.0.0.1", stage.smtp_port, "Factually <gifts@example.org>", starttls=False)
