"""What can happen at any site in any order: events, jobs, sweeps, auditors, banks, registers and time."""

from __future__ import annotations

import sys
import uuid
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from factually.independence.rescreening.models import Remedy
from factually.independence.results import Verdict
from tests.stateful.opening import opened_desk
from tests.stateful.promises import broken, broken_at_the_end
from tests.stateful.seeing import look_around
from tests.stateful.troubles import TROUBLES, Trouble

if TYPE_CHECKING:
    from factually.donations.models import Gift
    from factually.foundation.embedded_postgres import EmbeddedCluster
    from tests.stateful.desk import Desk
    from tests.stateful.seeing import Seen

ANY: Final = st.integers(min_value=0, max_value=999)
"""Which of those that there are, counted round."""
TROUBLE: Final = st.sampled_from(TROUBLES)
PAUSES: Final = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=25), timedelta(hours=73))
AT_THE_END: Final = timedelta(hours=74)
"""Longer than a held gift waits for a person."""
_ROUNDS: Final = 3


class Site(RuleBasedStateMachine):
    """One site with its promises; who gives, and how, is the subclass's.

    Attributes:
        cluster: Where its database is made.
        played: How many interleavings were begun.
    """

    cluster: ClassVar[EmbeddedCluster]
    played: ClassVar = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).played += 1
        self._opened = ExitStack()
        self.desk: Desk = self._opened.enter_context(opened_desk(self.cluster))
        self.seen: Seen = look_around(self.desk)
        self._told: dict[str, dict[str, Any]] = {}
        self._delivered: set[str] = set()

    @rule(which=ANY)
    def deliver(self, which: int) -> None:
        """Deliver any event: a new one, an old one, one again; those never chosen are lost."""
        if events := self.events():
            self._deliver(events[-1 - which % len(events)])

    @rule(which=ANY, trouble=TROUBLE)
    def work(self, which: int, trouble: Trouble) -> None:
        """Do any job that is due."""
        if jobs := self.desk.waiting_jobs():
            with self.desk.trouble(trouble):
                self.desk.work(*jobs[which % len(jobs)])

    @rule()
    def sweep(self) -> None:
        """Sweep."""
        self.desk.sweep()

    @precondition(lambda self: self.seen.held())
    @rule(which=ANY, verdict=st.sampled_from(Verdict))
    def review(self, which: int, verdict: Verdict) -> None:
        """Decide a held gift."""
        self.desk.review(_one_of(self.seen.held(), which).id, verdict)

    @precondition(lambda self: self.seen.taken())
    @rule(which=ANY, whole=st.booleans())
    def give_back(self, which: int, *, whole: bool) -> None:
        """Ask for a refund."""
        self.desk.ask_for_refund(_one_of(self.seen.taken(), which).id, uuid.uuid4(), whole=whole)

    @precondition(lambda self: self.seen.taken())
    @rule(which=ANY, outcome=st.sampled_from((None, "won", "lost")))
    def dispute(self, which: int, outcome: str | None) -> None:
        """Let a bank take a gift back, or decide on it."""
        charge = _one_of(self.seen.taken(), which).charge_id or "none"
        known = self.seen.stripe.disputes.get(charge, ())
        if outcome is None or not known:
            self.desk.force_if_possible("disputes", {"charge": charge})
        else:
            self.desk.force_if_possible(f"disputes/{known[0]['id']}/decide", {"outcome": outcome})

    @precondition(lambda self: not self.desk.newcomers)
    @rule()
    def change_register(self) -> None:
        """Let a register name a donor who was in none."""
        self.desk.change_register()

    @precondition(lambda self: self.seen.in_doubt())
    @rule(which=ANY, remedy=st.sampled_from(Remedy))
    def settle_doubt(self, which: int, remedy: Remedy) -> None:
        """Decide about taken money in doubt."""
        self.desk.settle_doubt(_one_of(self.seen.in_doubt(), which).id, remedy)

    @rule(pause=st.sampled_from(PAUSES))
    def wait(self, pause: timedelta) -> None:
        """Let time pass."""
        self.pass_time(pause)

    @invariant()
    def nothing_is_broken(self) -> None:
        """The promises, at every moment."""
        before, self.seen = self.seen, look_around(self.desk)
        _none(broken(self.seen, before))

    def do(self, task: str, trouble: Trouble) -> None:
        """Do the oldest job of one kind, if one is due."""
        jobs = [job for job in self.desk.waiting_jobs() if job[1] == task]
        with self.desk.trouble(trouble):
            for job in jobs[:1]:
                self.desk.work(*job)

    def pass_time(self, pause: timedelta) -> None:
        """Let time pass; Stripe forgets old events, so they are heard of before."""
        self.events()
        self.desk.wait(pause)

    def events(self) -> list[dict[str, Any]]:
        """All events that Stripe ever made, oldest first."""
        for event in reversed(self.desk.outside.all_of("events")):
            self._told.setdefault(event["id"], event)
        return list(self._told.values())

    def teardown(self) -> None:
        """Work everything off, and compare the ends; what is broken already needs no second sentence."""
        with self._opened:
            if sys.exc_info()[0] is None:
                self.end()
                _none(broken_at_the_end(self.seen, self.desk, told=frozenset(self._told)))

    def end(self) -> None:
        """Let a register name whom it has not named yet, and the days pass in which everything ends."""
        if not self.desk.newcomers:
            self.change_register()
        for _ in range(_ROUNDS):
            self.work_off()
            self.pass_time(AT_THE_END)
        self.work_off()

    def work_off(self) -> None:
        """Deliver what was not delivered yet, sweep, do all jobs, and look at the promises."""
        for event in self.events():
            if event["id"] not in self._delivered:
                self._deliver(event)
        self.desk.judge_refunds(approve=True)
        self.desk.sweep()
        for _ in range(_ROUNDS):
            for job in self.desk.waiting_jobs():
                self.desk.work(*job)
        self.nothing_is_broken()

    def _deliver(self, event: dict[str, Any]) -> None:
        self.desk.accept(event)
        self._delivered.add(event["id"])


def _none(wrongs: list[str]) -> None:
    assert not wrongs, "; ".join(wrongs)


def _one_of(gifts: list[Gift], which: int) -> Gift:
    return gifts[which % len(gifts)]
