"""Any interleaving of donors, banks, Stripe, auditors, registers and the worker keeps DESIGN's promises."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule
from requests import HTTPError
from sqlalchemy import select

from factually.donations.models import Gift
from factually.donations.pledges import Donor
from factually.independence.results import Verdict
from factually.independence.subjects import Capacity
from tests.faults.looking import ever_cleared, left_open, look_at_stripe, stuck, wrong_books, wrong_money
from tests.stateful.desk import opened_desk
from tests.support.donation_factories import DECLINED, SHARED_NAME, THREE_D_SECURE, VISA, pledge_of
from tests.support.register_changes import NEW_GROUP

if TYPE_CHECKING:
    from factually.donations.pledges import Pledge
    from factually.foundation.embedded_postgres import EmbeddedCluster
    from tests.stateful.desk import Desk

CARDS: Final = (VISA, VISA, DECLINED, THREE_D_SECURE, "pm_card_refundFail", "pm_card_createIssuerFraudRecord")
GROUPS: Final = (None, None, None, SHARED_NAME, NEW_GROUP)
ROUTES: Final = (
    "GET /v1/payment_intents/{}",
    "POST /v1/payment_intents",
    "POST /v1/payment_intents/{}/cancel",
    "POST /v1/payment_intents/{}/capture",
    "POST /v1/payment_intents/{}/confirm",
    "POST /v1/refunds",
)
KINDS: Final = ("drop_after", "error_after", "error_before", "lock", "rate_limit", "reset")
PAUSES: Final = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=25), timedelta(hours=73))
_ENOUGH_GIFTS: Final = 4
_ROUNDS: Final = 4
_ANY: Final = st.integers(min_value=0, max_value=999)


class Interleavings(RuleBasedStateMachine):
    """One site, and everything that can happen to it in any order; at the end all of it is worked off."""

    cluster: ClassVar[EmbeddedCluster]
    gifts = Bundle("gifts")

    def __init__(self) -> None:
        super().__init__()
        self._opened = ExitStack()
        self.desk: Desk = self._opened.enter_context(opened_desk(self.cluster))
        self.tokens: dict[uuid.UUID, list[str]] = {}
        self.register_is_new = False

    @initialize(target=gifts, card=st.sampled_from(CARDS), group=st.sampled_from(GROUPS))
    def first_gift(self, card: str, group: str | None) -> uuid.UUID:
        """Begin with a gift on its way: an empty site has little to break."""
        gift_id = self.give(group)
        self.enter_card(gift_id, card)
        return gift_id

    @precondition(lambda self: len(self.tokens) < _ENOUGH_GIFTS)
    @rule(target=gifts, group=st.sampled_from(GROUPS))
    def pledge(self, group: str | None) -> uuid.UUID:
        """Send the form."""
        return self.give(group)

    def give(self, group: str | None) -> uuid.UUID:
        """Keep one gift of a donor of its own."""
        gift_id = self.desk.pledge(_form(len(self.tokens), group))
        self.tokens[gift_id] = []
        return gift_id

    @rule(gift_id=gifts, card=st.sampled_from(CARDS))
    def enter_card(self, gift_id: uuid.UUID, card: str) -> None:
        """Enter a card, the first one or another."""
        self.tokens[gift_id].append(self.desk.outside.card_entry(card))
        self.desk.confirm(gift_id, self.tokens[gift_id][-1])

    @rule(gift_id=gifts, which=_ANY)
    def click_again(self, gift_id: uuid.UUID, which: int) -> None:
        """Send a card a second time."""
        if tokens := self.tokens[gift_id]:
            self.desk.confirm(gift_id, tokens[which % len(tokens)])

    @rule(gift_id=gifts, passed=st.booleans())
    def answer_the_bank(self, gift_id: uuid.UUID, *, passed: bool) -> None:
        """Confirm with the bank, or fail to."""
        self.desk.authenticate(gift_id, passed=passed)

    @rule(gift_id=gifts)
    def look(self, gift_id: uuid.UUID) -> None:
        """Look at the gift's page."""
        self.desk.look(gift_id)

    @rule(which=_ANY)
    def deliver(self, which: int) -> None:
        """Deliver any event: a new one, an old one, one again; those never chosen are lost."""
        if events := self.desk.outside.all_of("events"):
            self.desk.accept(events[which % len(events)])

    @rule(which=_ANY)
    def work(self, which: int) -> None:
        """Do any job that is due."""
        if jobs := self.desk.waiting_jobs():
            self.desk.work(*jobs[which % len(jobs)])

    @rule()
    def sweep(self) -> None:
        """Sweep."""
        self.desk.sweep()

    @rule(gift_id=gifts, verdict=st.sampled_from((Verdict.ACCEPT, Verdict.REFUSE)))
    def review(self, gift_id: uuid.UUID, verdict: Verdict) -> None:
        """Decide a gift, held or not."""
        self.desk.review(gift_id, verdict)

    @rule(gift_id=gifts, whole=st.booleans())
    def give_back(self, gift_id: uuid.UUID, *, whole: bool) -> None:
        """Ask for a refund."""
        self.desk.ask_for_refund(gift_id, uuid.uuid4(), whole=whole)

    @rule(gift_id=gifts, outcome=st.sampled_from((None, "won", "lost")))
    def dispute(self, gift_id: uuid.UUID, outcome: str | None) -> None:
        """Let a bank take a gift back, or decide on it."""
        charge = self.desk.gift(gift_id).charge_id
        known = [one for one in self.desk.outside.all_of("disputes") if one["charge"] == charge]
        if outcome is None or not known:
            self._force("disputes", {"charge": charge or "none"})
        else:
            self._force(f"disputes/{known[0]['id']}/decide", {"outcome": outcome})

    @precondition(lambda self: not self.register_is_new)
    @rule()
    def change_register(self) -> None:
        """Let a register name a donor who was in none."""
        self.register_is_new = True
        self.desk.change_register()

    @rule(route=st.sampled_from(ROUTES), kind=st.sampled_from(KINDS), count=st.integers(1, 3))
    def break_stripe(self, route: str, kind: str, count: int) -> None:
        """Let Stripe fail on one route, before or after the work."""
        self.desk.outside.force("faults", {"route": route, "kind": kind, "count": count})

    @rule(pause=st.sampled_from(PAUSES))
    def wait(self, pause: timedelta) -> None:
        """Let time pass."""
        self.desk.wait(pause)

    @invariant()
    def nothing_is_taken_twice_or_without_a_recorded_yes(self) -> None:
        """Promises 1 and 2, at every moment."""
        stripe = look_at_stripe(self.desk.outside)
        with self.desk.database.transaction() as session:
            cleared = ever_cleared(session)
            for gift in session.scalars(select(Gift)):
                intents = stripe.intents.get(str(gift.id), ())
                assert sum(intent["amount_received"] > 0 for intent in intents) <= 1
                assert gift.captured_minor <= stripe.charged(gift) <= gift.amount_minor
                refunds = stripe.refunds.get(gift.charge_id or "", ())
                asked = [one["metadata"]["refund"] for one in refunds if one["metadata"].get("refund")]
                assert len(asked) == len(set(asked))
                assert not stripe.charged(gift) or gift.id in cleared

    def teardown(self) -> None:
        """Let Stripe be well, work everything off, and compare the ends."""
        with self._opened:
            self.desk.outside.clear_faults()
            for _ in range(_ROUNDS):
                self._work_off()
                self.desk.wait(timedelta(hours=74))
            self._work_off()
            stripe = look_at_stripe(self.desk.outside)
            with self.desk.database.transaction() as session:
                wrongs = [
                    *wrong_money(session, stripe),
                    *left_open(stripe),
                    *stuck(session, mail=False),
                ]
            assert wrongs + wrong_books(self.desk.database, self.desk.outside) == []

    def _work_off(self) -> None:
        for event in self.desk.outside.all_of("events"):
            self.desk.accept(event)
        self.desk.judge_refunds(approve=True)
        self.desk.sweep()
        for _ in range(_ROUNDS):
            for job in self.desk.waiting_jobs():
                self.desk.work(*job)

    def _force(self, path: str, body: dict[str, Any]) -> None:
        try:
            self.desk.outside.force(path, body)
        except HTTPError as refused:
            # The bank cannot: nothing was taken, or it has decided.
            assert refused.response.status_code in {400, 404}  # noqa: PT017 - what else may come is told


def interleavings_on(cluster: EmbeddedCluster) -> type[Interleavings]:
    """The machine over one PostgreSQL server."""
    return type("InterleavingsOnACluster", (Interleavings,), {"cluster": cluster})


def _form(number: int, group: str | None) -> Pledge:
    capacity = Capacity.OWN_MONEY if group is None else Capacity.ORGANISATION
    donor = Donor(name="Ada Reader", email=f"ada-{number}@example.org", organisation=group)
    return pledge_of(donor=donor, capacity=capacity)
