"""A flood of webhooks: five thousand at once, shuffled, one in five a repeat, through the real processes.

Each gift was taken by us and then partly given back at the payment provider, of which only its events tell.
"""

from __future__ import annotations

import os
import platform
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final

import requests
from sqlalchemy import text

from benchmarks.goals import Goal, goals_table
from benchmarks.served_site import served_site, started
from factually.donations.events import Errand, errand_of
from factually.donations.giving import pledge
from factually.donations.journey import Journey
from factually.donations.models import Gift
from factually.donations.pledges import Donor
from factually.donations.progress import Step
from factually.donations.stripe_account import StripeAccount
from factually.donations.stripe_gateway import StripeGateway
from factually.foundation.clock import SystemClock
from factually.foundation.crypto import Keyring
from factually.settings import read_settings
from tests.faults.looking import left_open, look_at_stripe, stuck, wrong_books, wrong_money
from tests.faults.outside import Outside
from tests.support.databases import ROOT
from tests.support.donation_factories import DONOR, donor_post, pledge_of
from tests.support.stripe_sandbox import SECRET_KEY, WEBHOOK_SECRET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.served_site import ServedSite
    from factually.donations.gateway import AuthorisationOrder
    from factually.donations.intents import ConfirmationFacts, IntentSnapshot

WEBHOOKS: Final = 5_000
REPEATS: Final = 0.2
CONNECTIONS: Final = 16
PROCESSES: Final = 2
REPORT: Final = Path(ROOT, "docs", "benchmarks", "webhooks.md")
_SEED: Final = 20261124
_PATIENCE: Final = 300
_WAITING: Final = text("SELECT count(*) FROM webhook_event WHERE processed_at IS NULL")
_NO_LETTERS: Final = text("DELETE FROM procrastinate_jobs WHERE task_name = 'mail.deliver'")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was seen.

    Attributes:
        gifts: How many gifts the events tell of.
        distinct: How many different events.
        acknowledged: Seconds from sending to the answer, for each webhook.
        refused: Webhooks that were not answered with 200.
        flood_seconds: From the first webhook to the last answer.
        drain_seconds: From the first webhook until no event waited.
        wrongs: What differs between gifts, the provider and the books afterwards.
    """

    gifts: int
    distinct: int
    acknowledged: Sequence[float]
    refused: int
    flood_seconds: float
    drain_seconds: float
    wrongs: Sequence[str]


def main() -> None:
    """Flood, print and write the report."""
    with served_site(processes=PROCESSES) as running:
        figures = flood(running)
    written = report(figures)
    REPORT.write_text(written)
    print(written)  # noqa: T201 - the report is what the command is for


def flood(running: ServedSite, *, webhooks: int = WEBHOOKS) -> Figures:
    """Prepare gifts and their events, send all of these, and wait until nothing waits."""
    outside = Outside(running.environment, ROOT)
    distinct = int(webhooks * (1 - REPEATS))
    gifts, events = _prepare(running, outside, distinct)
    chance = random.Random(_SEED)  # noqa: S311 - an order, not a secret
    sent = events + chance.sample(events, webhooks - distinct)
    chance.shuffle(sent)
    signed = [outside.signed(event) for event in sent]
    with started(running.environment, "worker"):
        began = time.monotonic()
        acknowledged, statuses = _send(running, signed)
        flooded = time.monotonic()
        _wait_until_drained(running)
        drained = time.monotonic()
    stripe = look_at_stripe(outside)
    with running.database.transaction() as session:
        wrongs = [*wrong_money(session, stripe), *left_open(stripe), *stuck(session, mail=False)]
    return Figures(
        gifts=gifts,
        distinct=distinct,
        acknowledged=acknowledged,
        refused=sum(status != requests.codes.ok for status in statuses),
        flood_seconds=flooded - began,
        drain_seconds=drained - began,
        wrongs=[*wrongs, *wrong_books(running.database, outside)],
    )


def _prepare(running: ServedSite, outside: Outside, wanted: int) -> tuple[int, list[dict[str, Any]]]:
    """Take gifts, give a dollar of each back at the provider, and return as many events as are wanted."""
    journey = _journey(running)
    gifts = 0
    events: list[dict[str, Any]] = []
    while len(events) < wanted:
        for _ in range(50):
            _give(journey, running, outside, gifts)
            gifts += 1
        events = [one for one in outside.all_of("events") if errand_of(one["type"]) is Errand.GIFT]
    with running.database.transaction() as session:
        session.execute(_NO_LETTERS)
    # The newest come first, and those of money given back are needed for all gifts.
    return gifts, sorted(events, key=lambda one: "refund" not in one["type"])[:wanted]


def _give(journey: Journey, running: ServedSite, outside: Outside, number: int) -> None:
    donor = Donor(name="Ada Reader", email=f"ada-{number}@example.org")
    with running.database.transaction() as session:
        step = Step(DONOR, journey.clock.now())
        gift = pledge(session, pledge_of(donor=donor), keyring=journey.post.keyring, step=step)
    journey.confirm(gift.public_id, outside.card_entry("pm_card_visa"))
    with running.database.transaction() as session:
        intent_id = session.get_one(Gift, gift.id).payment_intent_id
    requests.post(
        f"{running.sandbox}/v1/refunds",
        data={"payment_intent": intent_id, "amount": "100"},
        auth=(SECRET_KEY, ""),
        timeout=10,
    ).raise_for_status()


class _ManyCards(StripeGateway):
    """Tells each gift's card from all others: the sandbox has few that pay, and donors have one each."""

    def confirmation(self, token_id: str) -> ConfirmationFacts:
        """Read the token, as if its card were one of a kind."""
        found = super().confirmation(token_id)
        return replace(found, card=found.card and replace(found.card, fingerprint=token_id))

    def authorise(self, order: AuthorisationOrder) -> IntentSnapshot:
        """Authorise, and tell the card likewise."""
        made = super().authorise(order)
        if made.charge is None or made.charge.card is None:
            return made
        card = replace(made.charge.card, fingerprint=order.confirmation_token)
        return replace(made, charge=replace(made.charge, card=card))


def _journey(running: ServedSite) -> Journey:
    settings = read_settings(dict(running.environment), ROOT)
    account = StripeAccount(
        secret_key=SECRET_KEY,
        webhook_secret=WEBHOOK_SECRET,
        sandbox_address=running.sandbox,
        production=False,
    )
    return Journey(
        database=running.database,
        gateway=_ManyCards(account),
        post=donor_post(Keyring.from_secret(settings.data_key)),
        clock=SystemClock(),
        actor=DONOR,
    )


def _send(running: ServedSite, signed: Sequence[tuple[str, str]]) -> tuple[list[float], list[int]]:
    def send_share(first: int) -> list[tuple[float, int]]:
        answers = []
        with requests.Session() as connection:
            connection.trust_env = False
            for body, signature in signed[first::CONNECTIONS]:
                began = time.monotonic()
                answer = connection.post(
                    f"{running.url}/webhooks/stripe",
                    data=body,
                    headers={"Stripe-Signature": signature},
                    timeout=30,
                )
                answers.append((time.monotonic() - began, answer.status_code))
        return answers

    with ThreadPoolExecutor(CONNECTIONS) as senders:
        answers = [one for share in senders.map(send_share, range(CONNECTIONS)) for one in share]
    return [seconds for seconds, _ in answers], [status for _, status in answers]


def _wait_until_drained(running: ServedSite) -> None:
    """Wait until no event waits.

    Raises:
        TimeoutError: Some still did after minutes.
    """
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        with running.database.transaction() as session:
            if session.execute(_WAITING).scalar_one() == 0:
                return
        time.sleep(0.2)
    raise TimeoutError("events still wait")


def report(figures: Figures) -> str:
    """Write what was seen, beside the goals."""
    percentile = quantiles(figures.acknowledged, n=100)
    goals = (
        Goal(
            what="acknowledged within, 99 of 100",
            limit=200,
            measured=percentile[98] * 1000,
            at_most=True,
            unit=" ms",
        ),
        Goal(what="all worked off within", limit=60, measured=figures.drain_seconds, at_most=True, unit=" s"),
        Goal(what="webhooks not acknowledged", limit=0, measured=figures.refused, at_most=True),
        Goal(
            what="differences between gifts, provider and books",
            limit=0,
            measured=len(figures.wrongs),
            at_most=True,
        ),
    )
    lines = [
        "# A flood of webhooks",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "Made by `make bench ARGS=webhooks`.",
        f"{len(figures.acknowledged):,} webhooks about {figures.gifts:,} gifts, shuffled,",
        f"{REPEATS:.0%} repeats, over {CONNECTIONS} connections; {PROCESSES} web processes, one worker.",
        "All of it, with PostgreSQL, the sandbox and the sender, is on this one machine.",
        "",
        *goals_table(goals),
        "",
        f"An answer took {median(figures.acknowledged) * 1000:.0f} ms in the median;",
        f"the last came after {figures.flood_seconds:.0f} seconds.",
        "",
        *(f"- {wrong}" for wrong in figures.wrongs),
    ]
    return "\n".join(lines).rstrip() + "\n"
