"""Who acts in the story: donors, banks and Stripe from outside, our worker and our operator from inside."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

import psycopg
import requests

from factually.application import TASK_LISTS, create_app, create_worker
from factually.donations.lifecycle import TAKEN_STATES
from factually.donations.monthly.tasks import SWEEP as SWEEP_MONTHLY
from factually.donations.rescreening_tasks import RESUME
from factually.donations.tasks import SWEEP
from factually.independence.registers.loading import load_register
from factually.jobs.context import CONTEXT_KEY
from factually.jobs.queue import defer
from factually.jobs.worker import make_worker_app
from tests.faults.auditing import Auditors
from tests.faults.monthly_acts import MonthlyDonors
from tests.faults.monthly_parts import EVERYBODY, MONTHLY
from tests.faults.outside import outside_of
from tests.faults.parts import PARTS
from tests.support.card_testing import card_entry, loaded_form
from tests.support.independence_factories import ENTRIES, register_file
from tests.support.register_changes import NEWCOMER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

    from flask import Flask
    from flask.testing import FlaskClient

    from factually.application import Parts
    from factually.settings import Settings
    from tests.faults.outside import Stage
    from tests.faults.parts import Part
    from tests.support.clock import FrozenClock

TAKE_OVER: Final = "jobs.take_over"
_ANSWERED: Final = {requests.codes.ok, requests.codes.unprocessable_entity}
"""The gift is taken, held or refused, and the donor was told so."""
_JSON: Final = {"Accept": "application/json"}


class Players:
    """All that acts in the story; `chance` says in which order events come."""

    def __init__(self, stage: Stage, settings: Settings, parts: Parts, clock: FrozenClock) -> None:
        """Start the site and its worker over what is there."""
        self._stage = stage
        self._outside = outside_of(stage)
        self._settings = settings
        self._parts = parts
        self._clock = clock
        self._app = _web(settings, parts)
        _, self._context = create_worker(settings, parts)
        self._auditors = Auditors(self._context, stage.auditors)
        self._monthly = MonthlyDonors(self._app.test_client(), self._outside, self._auditors)
        self.chance = random.Random(stage.seed)  # noqa: S311 - an order, not a secret

    def give(self, parts: Sequence[Part]) -> None:
        """Let each of these donors without an answer send the form, and try cards until one is taken."""
        for part in parts:
            if self._outside.remembers(part.name):
                continue
            client = self._app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"10.0.0.{EVERYBODY.index(part) + 1}"
            pledged = client.post("/donate", data=part.form_data() | loaded_form(client), headers=_JSON)
            if pledged.status_code == requests.codes.created:
                self._pay(client, pledged.get_json(), part)

    def _pay(self, client: FlaskClient, gift: Mapping[str, str], part: Part) -> None:
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
        """Let the auditors accept what is held, return what is in doubt, and give back what was asked for."""
        for part in EVERYBODY:
            self._auditors.review(part)
            self._auditors.give_back(part)
        for part in MONTHLY:
            self._auditors.settle_doubt(part)

    def cancel(self) -> None:
        """Let donors of monthly gifts cancel who want to."""
        self._monthly.cancel()

    def empty_cards(self) -> None:
        """Let cards of monthly gifts find no money from now on."""
        self._monthly.empty_cards()

    def enter_other_cards(self) -> None:
        """Let donors enter another card whose monthly gift was declined."""
        self._monthly.enter_other_cards()

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

    def import_register(self) -> None:
        """Let the operator import the register as it is now: with a committee that gave before it was one."""
        with self._parts.database.transaction() as session:
            load_register(session, register_file((*ENTRIES, NEWCOMER)), now=self._clock.now())

    def deliver(self) -> None:
        """Deliver every event that was not acknowledged, one in five twice, in any order."""
        events = self._outside.all_of("events")
        events = [event for event in events if not self._outside.remembers(event["id"])]
        events += self.chance.sample(events, len(events) // 5)
        self.chance.shuffle(events)
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
            for what_recurs in (TAKE_OVER, SWEEP, SWEEP_MONTHLY, RESUME):
                defer(session, what_recurs, timestamp=0)
        for _ in range(2):
            self._run_jobs()

    def _run_jobs(self) -> None:
        app = make_worker_app(self._settings.database_url, TASK_LISTS)
        # The story queues itself what recurs: what time it really is must not matter to it.
        app.periodic_registry.periodic_tasks.clear()
        app.run_worker(
            concurrency=1,
            wait=False,
            install_signal_handlers=False,
            delete_jobs="successful",
            additional_context={CONTEXT_KEY: self._context},
        )

    def need_database(self) -> None:
        """Fail where the database is gone: donors got error pages, and nothing is over."""
        psycopg.connect(self._stage.owner_url).close()

    def wait(self, time_to_pass: timedelta) -> None:
        """Let time pass, here and at Stripe; none where the moment is over."""
        if time_to_pass.total_seconds() > 0:
            self._clock.advance(time_to_pass)
            self._outside.wait(time_to_pass)


def _web(settings: Settings, parts: Parts) -> Flask:
    app = create_app(settings, parts)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app
