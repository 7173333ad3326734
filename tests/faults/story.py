"""One day of the site in one process: donors give, an auditor decides, events come, the worker works.

It can be played any number of times over the same database and the same Stripe: donors send again what they
sent, Stripe delivers again what was not acknowledged. What was done is not done twice, what was left is
finished.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
import requests
import stripe
from sqlalchemy import select

from factually.application import TASK_LISTS, build_parts, create_app, create_worker
from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift
from factually.donations.pledges import ATTESTATION_VERSION
from factually.donations.reviewing import Ruling, review_gift
from factually.donations.tasks import SWEEP
from factually.foundation.errors import Conflict
from factually.independence.results import Verdict
from factually.jobs.context import CONTEXT_KEY
from factually.jobs.queue import defer
from factually.jobs.worker import make_worker_app
from factually.mail.smtp import SmtpServer
from factually.settings import read_settings
from tests.faults.boundaries import Boundaries
from tests.faults.seeded_bugs import SEEDED_BUGS
from tests.support.card_testing import card_entry, loaded_form
from tests.support.clock import FrozenClock
from tests.support.databases import ROOT
from tests.support.donation_factories import DECLINED, SHARED_NAME, THREE_D_SECURE, VISA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Flask

    from factually.application import Parts
    from factually.settings import Settings

REVIEW_IS_OVER: Final = timedelta(hours=73)
MOMENTS: Final = "moments.json"
TAKE_OVER: Final = "jobs.take_over"
_JSON: Final = {"Accept": "application/json"}
_TIMEOUT: Final = 10


@dataclass(frozen=True)
class Part:
    """One donor of the story.

    Attributes:
        name: How the test calls the gift.
        cards: The cards the donor tries, one after another.
        end: The state in which the gift must be at the end of the day.
        form: What differs from a reader's own five dollars.
        accepted: Whether an auditor accepts the gift when it is held.
        leaves: Whether the donor closes the page once the bank is content.
    """

    name: str
    cards: tuple[str, ...]
    end: GiftState
    form: Mapping[str, str]
    accepted: bool = False
    leaves: bool = False

    @property
    def client_key(self) -> str:
        """The key that the donor's form made."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.name))


def _organisation(name: str) -> dict[str, str]:
    return {"capacity": "organisation", "organisation": name}


PARTS: Final = (
    Part("plain", (VISA,), GiftState.CAPTURED, {}),
    Part("asked by the bank", (THREE_D_SECURE,), GiftState.CAPTURED, {"amount": "10"}),
    Part("leaves the page", (THREE_D_SECURE,), GiftState.CAPTURED, {}, leaves=True),
    Part("second card", (DECLINED, VISA), GiftState.CAPTURED, {"amount": "25"}),
    Part("held and accepted", (VISA,), GiftState.CAPTURED, _organisation(SHARED_NAME), accepted=True),
    Part("held and forgotten", (VISA,), GiftState.RELEASED, _organisation(SHARED_NAME)),
    Part("refused", (VISA,), GiftState.REFUSED, {"political_group": "yes"}),
)


@dataclass(frozen=True)
class Stage:
    """Where the story plays: addresses, an auditor, the donors' card entries, and the order of events.

    What the donors' browsers and Stripe remember lies in `memory`: it outlives a process of ours.
    """

    environment: Mapping[str, str]
    owner_url: str
    smtp_port: int
    auditor: str
    tokens: Mapping[str, Sequence[str]]
    seed: int
    memory: str

    @property
    def stripe(self) -> str:
        """Origin of the sandbox."""
        return self.environment["STRIPE_SANDBOX_URL"]


@dataclass(frozen=True)
class Fault:
    """What goes wrong: the moment of a death, None for none, and a seeded bug, None for the code as it is."""

    kill_at: int | None = None
    bug: str | None = None


def play(stage: Stage, fault: Fault, rounds: int) -> None:
    """Play the whole day, and write down the moments that were passed.

    Args:
        stage: Where.
        fault: What goes wrong.
        rounds: How often donors and Stripe send what was not answered, ten minutes apart.
    """
    boundaries = Boundaries(fault.kill_at)
    settings = read_settings(dict(stage.environment), ROOT)
    parts = build_parts(settings)
    clock = FrozenClock(_stripes_time(stage))
    parts = replace(parts, clock=clock, smtp=_smtp(stage))
    if fault.bug is not None:
        SEEDED_BUGS[fault.bug]()
    boundaries.watch()
    day = _Day(stage, settings, parts, clock)
    for _ in range(rounds):
        day.give()
        day.review()
        day.deliver()
        day.work()
        day.wait(timedelta(minutes=10))
    day.wait(REVIEW_IS_OVER)
    day.work()
    day.deliver()
    day.work()
    (Path(stage.memory) / MOMENTS).write_text(json.dumps(boundaries.passed), encoding="utf-8")


class _Day:
    def __init__(self, stage: Stage, settings: Settings, parts: Parts, clock: FrozenClock) -> None:
        self._stage = stage
        self._settings = settings
        self._parts = parts
        self._clock = clock
        self._app = _web(settings, parts)
        self._chance = random.Random(stage.seed)  # noqa: S311 - an order, not a secret

    def give(self) -> None:
        """Let each donor send the form, or send it again, and try cards until one is taken."""
        for number, part in enumerate(PARTS, start=1):
            if part.leaves and self._remembers(part.name):
                continue
            client = self._app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
            pledged = client.post("/donate", data=_form(part) | loaded_form(client), headers=_JSON)
            if pledged.status_code == requests.codes.created:
                self._pay(client, pledged.get_json(), part)

    def _pay(self, client: Any, gift: Mapping[str, str], part: Part) -> None:
        for token in self._stage.tokens[part.name]:
            data = card_entry(gift["public_id"], token)
            answer = client.post(gift["confirm_url"], data=data, headers=_JSON)
            if answer.status_code == requests.codes.accepted:
                answer = client.post(gift["settle_url"], headers=_JSON)
            if answer.status_code == requests.codes.ok and "client_secret" in answer.get_json():
                _authenticate(self._stage, answer.get_json()["client_secret"])
                if part.leaves:
                    self._remember(part.name)
                    return
                answer = client.post(gift["settle_url"], headers=_JSON)
            if answer.status_code != requests.codes.payment_required:
                return

    def review(self) -> None:
        """Let the auditor accept the one held gift, once."""
        database = self._parts.database
        for part in PARTS:
            with database.transaction() as session:
                key = uuid.UUID(part.client_key)
                found = session.execute(select(Gift.public_id).where(Gift.client_key == key))
                public_id = found.scalar_one_or_none()
            if part.accepted and public_id is not None:
                ruling = Ruling(
                    verdict=Verdict.ACCEPT,
                    reason="A choir that bears the name of a committee.",
                    reviewer_id=uuid.UUID(self._stage.auditor),
                )
                with suppress(Conflict), database.transaction() as session:
                    review_gift(
                        session, public_id, ruling, keyring=self._parts.keyring, now=self._clock.now()
                    )

    def deliver(self) -> None:
        """Deliver every event that was not acknowledged, one in five twice, in any order."""
        events = [event for event in _at_stripe(self._stage, "events") if not self._remembers(event["id"])]
        events += self._chance.sample(events, len(events) // 5)
        self._chance.shuffle(events)
        client = self._app.test_client()
        for event in events:
            body = json.dumps(event)
            signature = stripe.WebhookSignature.generate_signature_header(
                body, self._stage.environment["STRIPE_WEBHOOK_SECRET"], int(time.time())
            )
            answer = client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": signature})
            if answer.status_code == requests.codes.ok:
                self._remember(event["id"])

    def _remember(self, word: str) -> None:
        (Path(self._stage.memory) / word).touch()

    def _remembers(self, word: str) -> bool:
        return (Path(self._stage.memory) / word).exists()

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
        _, context = create_worker(self._settings, self._parts)
        app = make_worker_app(self._settings.database_url, TASK_LISTS)
        app.run_worker(
            concurrency=1,
            wait=False,
            install_signal_handlers=False,
            delete_jobs="successful",
            additional_context={CONTEXT_KEY: context},
        )

    def wait(self, time_to_pass: timedelta) -> None:
        """Let time pass, here and at Stripe."""
        self._clock.advance(time_to_pass)
        requests.post(
            f"{self._stage.stripe}/_sandbox/clock",
            json={"advance": int(time_to_pass.total_seconds())},
            timeout=_TIMEOUT,
        ).raise_for_status()


def _web(settings: Settings, parts: Parts) -> Flask:
    app = create_app(settings, parts)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def _form(part: Part) -> dict[str, str]:
    return {
        "client_key": part.client_key,
        "attestation_version": ATTESTATION_VERSION,
        "amount": "5",
        "capacity": "own_money",
        "political_group": "no",
        "name": "Ada Reader",
        "email": f"{part.client_key}@example.org",
        "attestation": "y",
        **part.form,
    }


def _smtp(stage: Stage) -> SmtpServer:
    return SmtpServer("127.0.0.1", stage.smtp_port, "Factually <gifts@example.org>", starttls=False)


def _stripes_time(stage: Stage) -> datetime:
    answer = requests.get(f"{stage.stripe}/_sandbox/clock", timeout=_TIMEOUT)
    return datetime.fromtimestamp(answer.json()["now"], UTC)


def _at_stripe(stage: Stage, what: str) -> list[dict[str, Any]]:
    key = stage.environment["STRIPE_SECRET_KEY"]
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"has_more": True}
    while page["has_more"]:
        after = {"starting_after": found[-1]["id"]} if found else {}
        page = requests.get(
            f"{stage.stripe}/v1/{what}", params={"limit": 100, **after}, auth=(key, ""), timeout=_TIMEOUT
        ).json()
        found += page["data"]
    return found


def _authenticate(stage: Stage, client_secret: str) -> None:
    requests.post(
        f"{stage.stripe}/endive/authentication",
        json={
            "key": stage.environment["STRIPE_PUBLISHABLE_KEY"],
            "client_secret": client_secret,
            "passed": True,
        },
        timeout=_TIMEOUT,
    ).raise_for_status()
