"""A site without a browser: each act of a donor, a bank, Stripe, an auditor and the worker, one by one.

Jobs and events lie where they lie until somebody takes one of them, in any order: what happens when is the
test's to choose.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import psycopg
from procrastinate import JobContext
from procrastinate.jobs import Job
from requests import HTTPError
from sqlalchemy import select, text

from factually.donations.aftermath import RefundState
from factually.donations.context import DonationsContext
from factually.donations.giving import pledge
from factually.donations.inbox import accept
from factually.donations.journey import Journey
from factually.donations.models import Gift
from factually.donations.monthly.tasks import SWEEP as SWEEP_MONTHLY
from factually.donations.progress import Step
from factually.donations.refunds.asking import RefundRequest, ask_for_refund, judge_refund, left_to_refund
from factually.donations.refunds.models import Refund
from factually.donations.rescreening import DoubtRuling, settle_doubt
from factually.donations.rescreening_walks import RunWork
from factually.donations.reviewing import Ruling, review_gift
from factually.donations.tasks import SWEEP
from factually.foundation.errors import DomainError, Unavailable
from factually.foundation.money import Money
from factually.independence.registers.loading import load_register
from factually.independence.rescreening.running import open_partitions, open_runs, start
from factually.jobs.context import CONTEXT_KEY, WorkerContext
from tests.stateful.troubles import Trouble
from tests.support.donation_factories import DONOR, SECOND_FROM, donor_post
from tests.support.independence_factories import ENTRIES, register_file
from tests.support.register_changes import NEWCOMER
from tests.support.stripe_sandbox import PUBLISHABLE_KEY

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from procrastinate import App

    from factually.audit.journal import Actor
    from factually.donations.pledges import Pledge
    from factually.donations.stripe_gateway import StripeGateway
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from factually.independence.registers.entries import Entry
    from factually.independence.rescreening.models import Remedy
    from factually.independence.results import Verdict
    from tests.faults.outside import Outside
    from tests.support.clock import FrozenClock

WHY: Final = "Somebody looked at it and thought so."
_CANNOT: Final = {400, 404}
_WAITING: Final = text(
    "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' "
    "AND task_name LIKE 'donations.%' AND (scheduled_at IS NULL OR scheduled_at <= :now) ORDER BY id"
)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One site and its Stripe; acts that cannot be are refused, as they would be, and change nothing.

    `newcomers` are the committees that the register names by now and did not at first.
    """

    database: Database
    owner_url: str
    outside: Outside
    clock: FrozenClock
    keyring: Keyring
    gateway: StripeGateway
    app: App
    auditors: Sequence[uuid.UUID]
    newcomers: list[Entry] = field(default_factory=list)

    @contextmanager
    def trouble(self, trouble: Trouble) -> Iterator[None]:
        """Let Stripe fail while an act is under way."""
        for fault in trouble.faults():
            self.outside.force("faults", fault)
        try:
            yield
        finally:
            if trouble is not Trouble.NONE:
                self.outside.clear_faults()

    def pledge(self, form: Pledge) -> uuid.UUID:
        """Send the form."""
        with self.database.transaction() as session:
            step = Step(DONOR, self.clock.now())
            return pledge(session, form, keyring=self.keyring, step=step).id

    def confirm(self, gift_id: uuid.UUID, token: str) -> None:
        """Send a card."""
        with suppress(DomainError):
            self.journey(DONOR).confirm(self.gift(gift_id).public_id, token)

    def look(self, gift_id: uuid.UUID) -> None:
        """Look again, as the donor's page does."""
        with suppress(Unavailable):
            self.journey(DONOR).settle(gift_id)

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
        """Sweep once, for gifts and for monthly gifts."""
        for name in (SWEEP, SWEEP_MONTHLY):
            self._run(name, {"timestamp": 0})

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

    def settle_doubt(self, gift_id: uuid.UUID, remedy: Remedy) -> None:
        """Let an auditor decide about taken money in doubt."""
        ruling = DoubtRuling(remedy=remedy, reason=WHY, reviewer_id=self.auditors[0], second_from=SECOND_FROM)
        with suppress(DomainError), self.database.transaction() as session:
            public_id = session.get_one(Gift, gift_id).public_id
            settle_doubt(session, public_id, ruling, keyring=self.keyring, now=self.clock.now())

    def change_register(self) -> None:
        """Let a donor's group register as a committee, and screen past donors again."""
        now = self.clock.now()
        self.newcomers.append(NEWCOMER)
        self._fetch_register()
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
        """Let time pass, here and at Stripe; the register is fetched again, or every gift would be held."""
        self.clock.advance(time_to_pass)
        self.outside.wait(time_to_pass)
        self._fetch_register()

    def force_if_possible(self, path: str, body: dict[str, Any]) -> None:
        """Have a bank or a network act, unless it cannot: nothing was taken, or it has decided."""
        try:
            self.outside.force(path, body)
        except HTTPError as refused:
            if refused.response.status_code not in _CANNOT:
                raise

    def gift(self, gift_id: uuid.UUID) -> Gift:
        """The gift as it is now."""
        with self.database.transaction() as session:
            return session.get_one(Gift, gift_id)

    def intents(self, gift_id: uuid.UUID) -> list[dict[str, Any]]:
        """All PaymentIntents that name the gift."""
        intents = self.outside.all_of("payment_intents")
        return [one for one in intents if one["metadata"].get("gift") == str(gift_id)]

    def _fetch_register(self) -> None:
        with self.database.transaction() as session:
            load_register(session, register_file((*ENTRIES, *self.newcomers)), now=self.clock.now())

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

    def journey(self, actor: Actor) -> Journey:
        """The way of gifts, for one actor."""
        return Journey(
            database=self.database,
            gateway=self.gateway,
            post=donor_post(self.keyring),
            clock=self.clock,
            actor=actor,
        )
