"""Gives monthly without a browser, and lets months pass at the sandbox and here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import requests
from sqlalchemy import select

from factually.audit.journal import STRIPE, SYSTEM
from factually.donations.handling import EventHandler
from factually.donations.inbox import accept
from factually.donations.journey import Journey
from factually.donations.models import Gift, WebhookEvent
from factually.donations.monthly.cards import CardChange, CardStanding
from factually.donations.monthly.models import MonthlyEvent, MonthlyGift
from factually.donations.monthly.suspending import open_months
from factually.donations.monthly.syncing import SubscriptionSync
from factually.donations.progress import Step
from factually.independence.registers.loading import load_register
from tests.support.donation_factories import DONOR, VISA, GivingDesk, organisation_pledge, pledge_of
from tests.support.independence_factories import ENTRIES, register_file

if TYPE_CHECKING:
    import random
    import uuid
    from collections.abc import Sequence

    from factually.audit.journal import Actor
    from factually.donations.gateway import Notice
    from factually.donations.pledges import Pledge
    from factually.independence.registers.entries import Entry

MONTH: Final = timedelta(days=31)
TWO_HOURS: Final = timedelta(hours=2)
FAILS_LATER: Final = "pm_card_chargeCustomerFail"
"""A card that banks let us save and that finds no money when it is charged."""


@dataclass(kw_only=True)
class MonthlyDesk:
    """A desk for giving, with what monthly gifts need besides."""

    desk: GivingDesk
    entries: Sequence[Entry] = ENTRIES
    seen: set[str] = field(default_factory=set)

    @property
    def journey(self) -> Journey:
        return self._journey(SYSTEM)

    def begin(self, form: Pledge | None = None, card: str = VISA) -> MonthlyGift:
        """Give monthly with one card; return the monthly gift as it then is."""
        gift = self.desk.give(form or pledge_of(monthly=True), card)
        self.work()
        return self.of(gift)

    def of(self, gift: Gift) -> MonthlyGift:
        """The monthly gift that a gift is a month of."""
        assert gift.monthly_gift_id is not None
        return self.monthly(gift.monthly_gift_id)

    def monthly(self, monthly_id: uuid.UUID) -> MonthlyGift:
        with self.desk.database.transaction() as session:
            return session.get_one(MonthlyGift, monthly_id)

    def months(self, monthly: MonthlyGift) -> list[Gift]:
        """Its gifts, oldest first."""
        with self.desk.database.transaction() as session:
            query = select(Gift).where(Gift.monthly_gift_id == monthly.id)
            return list(session.scalars(query.order_by(Gift.created_at)))

    def states(self, monthly: MonthlyGift) -> list[str]:
        return [gift.state for gift in self.months(monthly)]

    def facts(self, monthly: MonthlyGift) -> list[str]:
        with self.desk.database.transaction() as session:
            query = select(MonthlyEvent.fact).where(MonthlyEvent.monthly_gift_id == monthly.id)
            return list(session.scalars(query.order_by(MonthlyEvent.id)))

    def pass_time(self, by: timedelta) -> None:
        """Let time pass here and at the sandbox, with registers that stay fresh; nothing is worked on."""
        self.desk.clock.advance(by)
        self.desk.sandbox.advance(int(by.total_seconds()))
        self.refresh()

    def refresh(self) -> None:
        """Find the registers unchanged today."""
        with self.desk.database.transaction() as session:
            load_register(session, register_file(self.entries), now=self.desk.clock.now())

    def pass_months(self, count: int = 1) -> None:
        """Let months pass, each with its events and the worker's part."""
        for _ in range(count):
            self.pass_time(MONTH)
            self.deliver()
            self.work()

    def fresh_notices(self) -> list[Notice]:
        """What Stripe has told since the last look, oldest first."""
        found = list(self.desk.gateway.events(since=datetime.fromtimestamp(0, UTC), undelivered=False))
        fresh = [notice for notice in reversed(found) if notice.event_id not in self.seen]
        self.seen |= {notice.event_id for notice in fresh}
        return fresh

    def deliver(self, *, shuffled: random.Random | None = None, times: int = 1) -> None:
        """Take in all new events, in order unless shuffled, each as often as wanted."""
        notices = self.fresh_notices() * times
        if shuffled is not None:
            shuffled.shuffle(notices)
        handler = EventHandler(journey=self._journey(STRIPE))
        for notice in notices:
            with self.desk.database.transaction() as session:
                accept(session, notice, now=self.desk.clock.now())
            handler.handle(notice.event_id)

    def work(self) -> None:
        """Do the worker's part for all monthly gifts: tell Stripe, and settle months that wait."""
        with self.desk.database.transaction() as session:
            ids = session.scalars(select(MonthlyGift.id)).all()
        for monthly_id in ids:
            SubscriptionSync(journey=self.journey).sync(monthly_id)
            with self.desk.database.transaction() as session:
                months = open_months(session, monthly_id)
            for month in months:
                self.journey.settle(month)
            SubscriptionSync(journey=self.journey).sync(monthly_id)

    def replace_card(self, monthly: MonthlyGift, card: str) -> None:
        """Let the card's network put another card in the place of the one that pays, as for a lost one."""
        self.desk.sandbox.force(f"payment_methods/{monthly.payment_method_id}/replace", {"card": card})

    def enter_card(self, monthly: MonthlyGift, card: str = VISA) -> CardStanding:
        """Enter another card."""
        return self.cards.confirm(monthly.id, self.desk.token(card))

    @property
    def cards(self) -> CardChange:
        return CardChange(journey=self._journey(DONOR))

    def look_at_card(self, monthly: MonthlyGift) -> CardStanding:
        """Where the card stands that was entered last."""
        return self.cards.look_again(monthly.id)

    def step(self) -> Step:
        return Step(DONOR, self.desk.clock.now())

    def subscription(self, monthly: MonthlyGift) -> dict[str, Any]:
        """The subscription as the sandbox has it."""
        return self.at_stripe(f"subscriptions/{monthly.subscription_id}")

    def invoices(self, monthly: MonthlyGift) -> list[str]:
        """States of the subscription's invoices at the sandbox, oldest first."""
        found = self.at_stripe(f"invoices?subscription={monthly.subscription_id}&limit=100")["data"]
        return [invoice["status"] for invoice in reversed(found)]

    def charged(self, monthly: MonthlyGift) -> int:
        """What the customer's cards have paid at the sandbox, in minor units."""
        found = self.at_stripe(f"charges?customer={monthly.customer_id}&limit=100")["data"]
        return sum(charge["amount_captured"] for charge in found)

    def waiting_events(self) -> int:
        with self.desk.database.transaction() as session:
            return len(session.scalars(select(WebhookEvent).where(WebhookEvent.processed_at.is_(None))).all())

    def at_stripe(self, path: str) -> dict[str, Any]:
        """What the sandbox answers."""
        answer = requests.get(
            f"{self.desk.sandbox.url}/v1/{path}", auth=(self.desk.sandbox.secret_key, ""), timeout=5
        )
        found: dict[str, Any] = answer.json()
        return found

    def _journey(self, actor: Actor) -> Journey:
        return Journey(
            database=self.desk.database,
            gateway=self.desk.gateway,
            post=self.desk.post,
            clock=self.desk.clock,
            actor=actor,
        )


def monthly_organisation(name: str) -> Pledge:
    """Five dollars a month that an organisation gives in its own name."""
    return replace(organisation_pledge(name), monthly=True)
