"""A site without a browser: each act of a donor, a bank, Stripe, an auditor and the worker, one by one.

Jobs and events lie where they lie until somebody takes one of them, in any order: what happens when is the
test's to choose.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
from procrastinate import JobContext
from procrastinate.jobs import Job
from sqlalchemy import select, text

from factually.accounts.roles import AUDITOR
from factually.application import TASK_LISTS
from factually.donations.aftermath import RefundState
from factually.donations.context import DonationsContext
from factually.donations.giving import pledge
from factually.donations.inbox import accept
from factually.donations.journey import Journey
from factually.donations.models import Gift
from factually.donations.progress import Step
from factually.donations.refunds.asking import RefundRequest, ask_for_refund, judge_refund, left_to_refund
from factually.donations.refunds.models import Refund
from factually.donations.rescreening_walks import RunWork
from factually.donations.reviewing import Ruling, review_gift
from factually.donations.stripe_account import StripeAccount
from factually.donations.stripe_gateway import StripeGateway
from factually.donations.tasks import SWEEP
from factually.foundation.crypto import Keyring
from factually.foundation.database import opened_database
from factually.foundation.errors import DomainError, Unavailable
from factually.foundation.money import Money
from factually.independence.registers.loading import load_register
from factually.independence.rescreening.running import open_partitions, open_runs, start
from factually.jobs.context import CONTEXT_KEY, WorkerContext
from factually.jobs.worker import make_worker_app
from tests.faults.outside import Outside
from tests.faults.world import threaded_sandbox
from tests.support.clock import FrozenClock
from tests.support.databases import fresh_database
from tests.support.donation_factories import DONOR, SECOND_FROM, donor_post
from tests.support.independence_factories import ENTRIES, prepare_screening, register_file
from tests.support.people import add_person
from tests.support.register_changes import NEWCOMER
from tests.support.small_indexes import DERIVED
from tests.support.stripe_sandbox import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from procrastinate import App

    from factually.audit.journal import Actor
    from factually.donations.pledges import Pledge
    from factually.foundation.database import Database
    from factually.foundation.embedded_postgres import EmbeddedCluster
    from factually.independence.results import Verdict

WHY: Final = "Somebody looked at it and thought so."
_KEY: Final = b"a made-up key for tests, 32 bytes"
_WAITING: Final = text(
    "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' "
    "AND task_name LIKE 'donations.%' AND (scheduled_at IS NULL OR scheduled_at <= :now) ORDER BY id"
)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One site and its Stripe; acts that cannot be are refused, as they would be, and change nothing."""

    database: Database
    owner_url: str
    outside: Outside
    clock: FrozenClock
    keyring: Keyring
    gateway: StripeGateway
    app: App
    auditors: Sequence[uuid.UUID]

    def pledge(self, form: Pledge) -> uuid.UUID:
        """Send the form."""
        with self.database.transaction() as session:
            step = Step(DONOR, self.clock.now())
            return pledge(session, form, keyring=self.keyring, step=step).id

    def confirm(self, gift_id: uuid.UUID, token: str) -> None:
        """Send a card."""
        with suppress(DomainError):
            self._journey(DONOR).confirm(self.gift(gift_id).public_id, token)

    def look(self, gift_id: uuid.UUID) -> None:
        """Look again, as the donor's page does."""
        with suppress(Unavailable):
            self._journey(DONOR).settle(gift_id)

    def authenticate(self, gift_id: uuid.UUID, *, passed: bool) -> None:
        """Answer the bank's question, if it asks one."""
        for intent in self.intents(gift_id):
            if intent["status"] == "requires_action":
                self.outside.authenticate(intent["client_secret"], passed=passed)

    def accept(self, event: dict[str, Any]) -> None:
        """Take an event in, as the webhook does."""
        body, signature = self.outside.signed(event)
        notice = self.gateway.read_notice(body.encode(), signature)
        with self.database.transaction() as session:
            accept(session, notice, now=self.clock.now())

    def waiting_jobs(self) -> list[tuple[int, str, dict[str, Any]]]:
        """List the jobs that are due, letters aside."""
        with self.database.transaction() as session:
            rows = session.execute(_WAITING, {"now": self.clock.now()})
            return [(row.id, row.task_name, row.args) for row in rows]

    def work(self, number: int, name: str, arguments: dict[str, Any]) -> None:
        """Do a job; one that Stripe did not answer goes on waiting."""
        with suppress(Unavailable):
            self._run(name, arguments)
            with psycopg.connect(self.owner_url, autocommit=True) as owner:
                owner.cursor().execute("DELETE FROM procrastinate_jobs WHERE id = %s", (number,))

    def sweep(self) -> None:
        """Sweep once."""
        self._run(SWEEP, {"timestamp": 0})

    def review(self, gift_id: uuid.UUID, verdict: Verdict) -> None:
        """Let an auditor decide a held gift."""
        ruling = Ruling(verdict=verdict, reason=WHY, reviewer_id=self.auditors[0])
        with suppress(DomainError), self.database.transaction() as session:
            public_id = session.get_one(Gift, gift_id).public_id
            review_gift(session, public_id, ruling, keyring=self.keyring, now=self.clock.now())

    def ask_for_refund(self, gift_id: uuid.UUID, key: uuid.UUID, *, whole: bool) -> None:
        """Let an auditor give back the rest of a gift, or a dollar of it."""
        with suppress(DomainError), self.database.transaction() as session:
            gift = session.get_one(Gift, gift_id)
            request = RefundRequest(
                key=key,
                amount=left_to_refund(session, gift) if whole else Money(100, gift.currency),
                reason=WHY,
                requested_by=self.auditors[0],
                second_from=SECOND_FROM,
            )
            ask_for_refund(session, gift_id, request, keyring=self.keyring, now=self.clock.now())

    def judge_refunds(self, *, approve: bool) -> None:
        """Let the other auditor decide the refunds that wait for a second person."""
        with self.database.transaction() as session:
            query = select(Refund.id).where(Refund.state == RefundState.PROPOSED.value)
            waiting = session.scalars(query).all()
        for refund_id in waiting:
            with suppress(DomainError), self.database.transaction() as session:
                judge_refund(
                    session, refund_id, approve=approve, judged_by=self.auditors[1], now=self.clock.now()
                )

    def change_register(self) -> None:
        """Let a donor's group register as a committee, and screen past donors again."""
        now = self.clock.now()
        with self.database.transaction() as session:
            load_register(session, register_file((*ENTRIES, NEWCOMER)), now=now)
        with self.database.transaction() as session:
            runs = open_runs(session)
            numbers = {run_id: start(session, run_id, now=now, at_once=True) for run_id in runs}
        for run_id, partitions in numbers.items():
            work = RunWork(self.database, self.keyring, self.clock, run_id)
            left = partitions
            while left:
                for number in left:
                    work.walk(number)
                with self.database.transaction() as session:
                    left = open_partitions(session, run_id)

    def wait(self, time_to_pass: timedelta) -> None:
        """Let time pass, here and at Stripe."""
        self.clock.advance(time_to_pass)
        self.outside.wait(time_to_pass)

    def gift(self, gift_id: uuid.UUID) -> Gift:
        """The gift as it is now."""
        with self.database.transaction() as session:
            return session.get_one(Gift, gift_id)

    def intents(self, gift_id: uuid.UUID) -> list[dict[str, Any]]:
        """All PaymentIntents that name the gift."""
        intents = self.outside.all_of("payment_intents")
        return [one for one in intents if one["metadata"].get("gift") == str(gift_id)]

    def _run(self, name: str, arguments: dict[str, Any]) -> None:
        donations = DonationsContext(
            gateway=self.gateway,
            post=donor_post(self.keyring),
            publishable_key=PUBLISHABLE_KEY,
            stripe_js_url="",
            livemode=False,
            sandbox=True,
            second_person_from=SECOND_FROM,
        )
        worker = WorkerContext(self.database, self.clock, self.keyring, resources=(donations,))
        context = JobContext(
            app=self.app,
            job=Job(id=1, queue="default", lock=None, queueing_lock=None, task_name=name),
            start_timestamp=0.0,
            additional_context={CONTEXT_KEY: worker},
            abort_reason=lambda: None,
        )
        self.app.tasks[name].func(context, **arguments)

    def _journey(self, actor: Actor) -> Journey:
        return Journey(
            database=self.database,
            gateway=self.gateway,
            post=donor_post(self.keyring),
            clock=self.clock,
            actor=actor,
        )


@contextmanager
def opened_desk(cluster: EmbeddedCluster) -> Iterator[Desk]:
    """Open a site with a database and a Stripe of its own."""
    with ExitStack() as opened:
        made = opened.enter_context(fresh_database(cluster))
        database = opened.enter_context(opened_database(made.app_url, derived=DERIVED))
        sandbox = opened.enter_context(threaded_sandbox())
        environment = {
            "STRIPE_SANDBOX_URL": sandbox,
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }
        outside = Outside(environment, DERIVED)
        clock = FrozenClock(outside.now())
        with database.transaction() as session:
            prepare_screening(session, now=clock.now())
        auditors = [
            add_person(database, AUDITOR, now=clock.now(), email=f"auditor-{number}@example.org").id
            for number in range(2)
        ]
        yield Desk(
            database=database,
            owner_url=made.owner_url,
            outside=outside,
            clock=clock,
            keyring=Keyring.from_secret(_KEY),
            gateway=StripeGateway(
                StripeAccount(
                    secret_key=SECRET_KEY,
                    webhook_secret=WEBHOOK_SECRET,
                    sandbox_address=sandbox,
                    production=False,
                )
            ),
            app=make_worker_app(made.app_url, TASK_LISTS),
            auditors=auditors,
        )
