"""Events that point elsewhere than to a gift's intent, events that never came, and events that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from factually.audit.journal import STRIPE
from factually.donations.disputes.models import FraudWarning
from factually.donations.gateway import Notice
from factually.donations.handling import EventHandler
from factually.donations.inbox import OVERDUE, WAITED_LONG, accept, queue_waiting
from factually.donations.journey import Journey
from factually.donations.lifecycle import GiftState
from factually.donations.missed_events import collect_missed
from factually.donations.models import WebhookEvent
from factually.donations.stripe_gateway import StripeGateway
from factually.foundation.errors import Unavailable
from tests.support.stripe_sandbox import take as take_money

if TYPE_CHECKING:
    from factually.donations.intents import IntentSnapshot
    from tests.support.donation_factories import GivingDesk


def journey(desk: GivingDesk) -> Journey:
    return Journey(
        database=desk.database, gateway=desk.gateway, post=desk.post, clock=desk.clock, actor=STRIPE
    )


def notice(kind: str, subject: str | None, *, event_id: str = "evt_1", **names: str | None) -> Notice:
    facts: dict[str, Any] = {"intent_id": None, "gift_id": None, **names}
    return Notice(event_id=event_id, type=kind, livemode=False, api_version=None, subject_id=subject, **facts)


def take(desk: GivingDesk, told: Notice) -> WebhookEvent:
    """Accept an event and do what it asks, twice, and return its row."""
    with desk.database.transaction() as session:
        accept(session, told, now=desk.clock.now())
    for _ in range(2):
        EventHandler(journey=journey(desk)).handle(told.event_id)
    return row(desk, told.event_id)


def row(desk: GivingDesk, event_id: str) -> WebhookEvent:
    with desk.database.transaction() as session:
        return session.get_one(WebhookEvent, event_id)


def categories(desk: GivingDesk) -> list[str]:
    with desk.database.transaction() as session:
        return list(
            session.execute(text("SELECT reporting_category FROM ledger_transaction ORDER BY id")).scalars()
        )


def jobs(desk: GivingDesk) -> int:
    with desk.database.transaction() as session:
        waiting = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'donations.handle_event'")
        return int(session.execute(waiting).scalar_one())


def test_an_event_that_names_only_a_charge_finds_its_gift(desk: GivingDesk) -> None:
    gift = desk.give()
    handled = take(desk, notice("refund.created", "re_1", charge_id=gift.charge_id))
    assert (handled.gift_id, handled.processed_at) == (gift.id, desk.clock.now())


def test_an_event_whose_charge_no_gift_knows_yet_is_traced_through_stripe(desk: GivingDesk) -> None:
    gift = desk.pledge()
    desk.sandbox.fault("POST /v1/payment_intents", "error_after", count=3)
    desk.journey.confirm(gift.public_id, desk.token())
    [intent] = desk.intents(gift.id)
    told = notice("charge.succeeded", intent["latest_charge"], charge_id=intent["latest_charge"])
    assert take(desk, told).gift_id == gift.id
    assert desk.gift(gift.id).state == GiftState.CAPTURED


@pytest.mark.parametrize("charge", ["ch_gone", None])
def test_an_event_that_leads_nowhere_is_kept_and_done_with(desk: GivingDesk, charge: str | None) -> None:
    handled = take(desk, notice("charge.updated", charge, charge_id=charge))
    assert (handled.gift_id, handled.processed_at) == (None, desk.clock.now())


def test_a_charge_made_without_an_intent_of_ours_is_no_gift(desk: GivingDesk) -> None:
    gift = desk.give()
    foreign = desk.sandbox.client().v1.payment_intents.create({"amount": 500, "currency": "usd"}).id
    handled = take(desk, notice("charge.updated", "ch_foreign", intent_id=foreign))
    assert (handled.gift_id, desk.gift(gift.id).state) == (None, GiftState.CAPTURED)


def test_a_warning_is_kept_for_its_gift(desk: GivingDesk) -> None:
    gift = desk.give()
    warning = desk.sandbox.force("early_fraud_warnings", {"charge": gift.charge_id})
    told = notice("radar.early_fraud_warning.created", warning["id"], charge_id=gift.charge_id)
    assert take(desk, told).gift_id == gift.id
    with desk.database.transaction() as session:
        assert session.scalars(select(FraudWarning.id)).all() == [warning["id"]]


def test_a_payout_and_its_return_are_posted(desk: GivingDesk) -> None:
    # More than what the disputes of other tests have taken from the same sandbox.
    take_money(desk.sandbox.client(), amount=500_000)
    desk.sandbox.force("payout_schedule", {"interval": "manual"})
    desk.sandbox.advance(4 * 24 * 3600)
    payout = desk.sandbox.force("payouts")
    take(desk, notice("payout.created", payout["id"]))
    assert categories(desk) == ["payout"]
    desk.sandbox.force(f"payouts/{payout['id']}/arrive")
    desk.sandbox.force(f"payouts/{payout['id']}/fail")
    take(desk, notice("payout.failed", payout["id"], event_id="evt_2"))
    assert categories(desk) == ["payout", "payout_reversal"]
    desk.sandbox.force("payout_schedule", {"interval": "daily"})


def test_while_stripe_is_away_an_event_goes_on_waiting(desk: GivingDesk) -> None:
    gift = desk.give()
    desk.sandbox.fault("GET /v1/radar/early_fraud_warnings", "error_before", count=3)
    with pytest.raises(Unavailable):
        take(desk, notice("radar.early_fraud_warning.created", "issfr_1", charge_id=gift.charge_id))
    assert row(desk, "evt_1").processed_at is None


def test_an_event_that_waits_is_queued_again_and_overdue_after_an_hour(desk: GivingDesk) -> None:
    gift = desk.give()
    told = notice("payment_intent.succeeded", gift.payment_intent_id, intent_id=gift.payment_intent_id)
    with desk.database.transaction() as session:
        accept(session, told, now=desk.clock.now())
        session.execute(text("DELETE FROM procrastinate_jobs"))
    for waited, queued, overdue in ((WAITED_LONG / 2, 0, 0), (WAITED_LONG, 1, 0), (OVERDUE, 1, 1)):
        with desk.database.transaction() as session:
            assert queue_waiting(session, now=desk.clock.now() + waited) == overdue
        assert jobs(desk) == queued


def test_events_that_never_reached_us_are_fetched_once(desk: GivingDesk) -> None:
    endpoint = desk.sandbox.client().v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/closed", "enabled_events": ["*"]}
    )
    gift = desk.give()
    desk.sandbox.client().v1.refunds.create({"payment_intent": gift.payment_intent_id or ""})
    desk.sandbox.client().v1.webhook_endpoints.delete(endpoint.id)
    assert collect_missed(desk.database, desk.gateway, now=desk.clock.now()) > 0
    assert collect_missed(desk.database, desk.gateway, now=desk.clock.now()) == 0
    with desk.database.transaction() as session:
        refunded = select(WebhookEvent.event_id).where(
            WebhookEvent.gift_id == gift.id, WebhookEvent.type == "charge.refunded"
        )
        [event_id] = session.scalars(refunded).all()
    EventHandler(journey=journey(desk)).handle(event_id)
    assert desk.gift(gift.id).state == GiftState.REFUNDED


def test_while_stripe_is_away_missed_events_wait_for_the_next_sweep(desk: GivingDesk) -> None:
    desk.sandbox.fault("GET /v1/events", "error_before", count=3)
    assert collect_missed(desk.database, desk.gateway, now=desk.clock.now()) == 0


def test_one_look_answers_all_events_of_a_gift_that_waited_for_it(
    desk: GivingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    gift, other = desk.give(), desk.give()
    ids = {"intent_id": gift.payment_intent_id}
    told = [
        notice("charge.captured", gift.charge_id, event_id="evt_1", **ids),
        notice("refund.created", "re_1", event_id="evt_2", **ids),
        notice("radar.early_fraud_warning.created", "issfr_1", event_id="evt_3", **ids),
        notice(
            "payment_intent.succeeded",
            other.payment_intent_id,
            event_id="evt_4",
            intent_id=other.payment_intent_id,
        ),
    ]
    with desk.database.transaction() as session:
        for one in told:
            accept(session, one, now=desk.clock.now())
    looks: list[str] = []
    look = StripeGateway.intent

    def counted(gateway: StripeGateway, intent_id: str) -> IntentSnapshot:
        looks.append(intent_id)
        return look(gateway, intent_id)

    monkeypatch.setattr(StripeGateway, "intent", counted)
    for event_id in ("evt_1", "evt_2"):
        EventHandler(journey=journey(desk)).handle(event_id)
    assert looks == [gift.payment_intent_id]
    assert [row(desk, one.event_id).processed_at is not None for one in told] == [True, True, False, False]


def test_a_look_answers_no_event_that_came_after_it_began(
    desk: GivingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    gift = desk.give()
    early, late = (
        notice(kind, gift.charge_id, event_id=event_id, intent_id=gift.payment_intent_id)
        for kind, event_id in (("charge.captured", "evt_1"), ("charge.refunded", "evt_2"))
    )
    with desk.database.transaction() as session:
        accept(session, early, now=desk.clock.now())
    look = StripeGateway.intent

    def overtaken(gateway: StripeGateway, intent_id: str) -> IntentSnapshot:
        seen = look(gateway, intent_id)
        with desk.database.transaction() as session:
            accept(session, late, now=desk.clock.now())
        return seen

    monkeypatch.setattr(StripeGateway, "intent", overtaken)
    EventHandler(journey=journey(desk)).handle("evt_1")
    assert row(desk, "evt_1").processed_at is not None
    assert row(desk, "evt_2").processed_at is None
