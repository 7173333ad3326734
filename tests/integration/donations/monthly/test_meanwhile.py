"""What another process, a donor or a failing line does between two steps of a monthly gift."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

import pytest
from sqlalchemy import text

from factually.donations.gateway import GatewayBusy, GatewayFailed
from factually.donations.lifecycle import GiftState
from factually.donations.monthly.cards import CardChange
from factually.donations.monthly.changing import cancel, change_amount, pause, resume
from factually.donations.monthly.charging import Look, fold_charge, note_start
from factually.donations.monthly.dunning import note_failure
from factually.donations.monthly.lifecycle import EndReason, MonthlyState
from factually.donations.monthly.renewals import Renewals
from factually.donations.monthly.suspending import suspend
from factually.donations.monthly.syncing import SubscriptionSync
from factually.donations.progress import LEASE, instruct, lock_gift
from factually.donations.settling import claim_row
from factually.donations.steps import AttemptKind, Instruction, ReleaseReason
from factually.foundation.errors import Conflict, Unavailable
from factually.foundation.money import Money
from tests.support.donation_factories import SHARED_NAME, THREE_D_SECURE, kept_gift, pledge_of
from tests.support.monthly_desk import MONTH, monthly_organisation
from tests.support.overtaken_gateways import overtaken_gateway

if TYPE_CHECKING:
    from collections.abc import Callable

    from factually.donations.journey import Journey
    from factually.donations.models import Gift
    from factually.donations.monthly.models import MonthlyGift
    from tests.support.monthly_desk import MonthlyDesk

FIVE, SIX = Money(500, "USD"), Money(600, "USD")


@pytest.fixture
def begun(monthly_desk: MonthlyDesk) -> MonthlyGift:
    return monthly_desk.begin()


@pytest.fixture
def one_off(monthly_desk: MonthlyDesk) -> Gift:
    gift = kept_gift(now=monthly_desk.desk.clock.now(), email=bytes(32))
    with monthly_desk.desk.database.transaction() as session:
        session.add(gift)
    return gift


def overtaken(monthly_desk: MonthlyDesk, call: str, first: Callable[[], object]) -> Journey:
    """The way of gifts, for a process that another one overtakes."""
    return replace(monthly_desk.journey, gateway=overtaken_gateway(monthly_desk.desk.gateway, call, first))


def do(monthly_desk: MonthlyDesk, change: Callable[..., None], monthly: MonthlyGift, *more: Money) -> None:
    with monthly_desk.desk.database.transaction() as session:
        change(session, monthly.id, *more, post=monthly_desk.desk.post, step=monthly_desk.step())


def draft(monthly_desk: MonthlyDesk, monthly: MonthlyGift) -> str:
    """Let a month pass that nobody has looked at; return its invoice."""
    monthly_desk.pass_time(MONTH)
    (invoice,) = monthly_desk.desk.gateway.monthly.unpaid_invoices(monthly.subscription_id or "")
    return invoice.id


def test_what_is_so_already_is_no_change(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    steps = monthly_desk.facts(begun)
    do(monthly_desk, resume, begun)
    do(monthly_desk, change_amount, begun, FIVE)
    found = monthly_desk.desk.gateway.monthly.subscription(begun.subscription_id or "")
    (month,) = monthly_desk.months(begun)
    with monthly_desk.desk.database.transaction() as session:
        note_start(session, month.id, found, step=monthly_desk.step())
    assert monthly_desk.facts(begun) == steps


def test_a_one_off_gift_is_no_month(monthly_desk: MonthlyDesk, one_off: Gift) -> None:
    desk = monthly_desk.desk
    with desk.database.transaction() as session:
        gift = lock_gift(session, one_off.id)
        note_failure(session, gift, None, post=desk.post, step=monthly_desk.step())
        with pytest.raises(ValueError, match="no month"):
            fold_charge(session, gift.id, Look(), post=desk.post, step=monthly_desk.step())
    assert desk.letters() == []


def test_a_look_from_before_the_beginning_begins_nothing_anew(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.pledge(pledge_of(monthly=True))
    saving = desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    desk.authenticate(saving.client_secret or "", passed=True)
    desk.journey.settle(gift.id)
    old = Look(setup=desk.gateway.monthly.setup(monthly_desk.of(desk.gift(gift.id)).setup_intent_id or ""))
    with desk.database.transaction() as session:
        assert fold_charge(session, gift.id, old, post=desk.post, step=monthly_desk.step()) is None
    assert desk.gift(gift.id).state == GiftState.AUTHORISED


def test_a_first_month_is_not_closed_while_its_subscription_may_be_beginning(
    monthly_desk: MonthlyDesk,
) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin(monthly_organisation(SHARED_NAME))
    (month,) = monthly_desk.months(monthly)
    with desk.database.transaction() as session:
        gift = lock_gift(session, month.id)
        claim_row(session, gift, AttemptKind.CAPTURE, f"sub:{monthly.id}", step=monthly_desk.step())
        instruct(gift, Instruction.RELEASE, ReleaseReason.REFUSED_BY_REVIEWER, step=monthly_desk.step())
    assert desk.journey.settle(month.id).state is GiftState.HELD
    desk.clock.advance(LEASE + timedelta(seconds=1))
    assert desk.journey.settle(month.id).state is GiftState.RELEASED


def test_a_donor_cancels_while_their_bank_asks(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.pledge(pledge_of(monthly=True))
    desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    monthly = monthly_desk.of(desk.gift(gift.id))
    do(monthly_desk, cancel, monthly)
    assert desk.journey.settle(gift.id).state is GiftState.FAILED
    assert monthly_desk.monthly(monthly.id).end_reason == EndReason.NOT_STARTED


def test_a_first_month_that_is_being_taken_is_not_cancelled(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin(monthly_organisation(SHARED_NAME))
    (month,) = monthly_desk.months(monthly)
    with monthly_desk.desk.database.transaction() as session:
        instruct(lock_gift(session, month.id), Instruction.CAPTURE, None, step=monthly_desk.step())
    with pytest.raises(Conflict, match="just being taken"):
        do(monthly_desk, cancel, monthly)


def test_a_monthly_gift_stays_in_its_currency(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    with pytest.raises(Conflict, match="stays in its currency, USD"):
        do(monthly_desk, change_amount, begun, Money(500, "EUR"))


def test_a_month_that_another_process_collects_meanwhile_is_taken_once(
    monthly_desk: MonthlyDesk, begun: MonthlyGift
) -> None:
    stripe, invoice = monthly_desk.desk.gateway.monthly, draft(monthly_desk, begun)
    slow = overtaken(monthly_desk, "pay", lambda: stripe.pay(invoice, idempotency_key="another"))
    month = Renewals(journey=slow).follow(invoice)
    assert month is not None
    assert monthly_desk.desk.calls(month) == [("capture", 1, "refused")]
    assert monthly_desk.states(begun) == ["captured", "captured"]
    assert monthly_desk.charged(begun) == 1000


def test_the_same_call_made_twice_is_written_down_once(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    invoice = draft(monthly_desk, begun)
    slow = overtaken(monthly_desk, "pay", lambda: Renewals(journey=monthly_desk.journey).follow(invoice))
    month = Renewals(journey=slow).follow(invoice)
    assert month is not None
    assert monthly_desk.desk.calls(month) == [("capture", 1, "accepted")]
    assert monthly_desk.charged(begun) == 1000


def test_a_call_under_way_elsewhere_is_waited_for(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    def under_way() -> NoReturn:
        raise GatewayBusy("the same key is in use")

    invoice = draft(monthly_desk, begun)
    month = Renewals(journey=overtaken(monthly_desk, "pay", under_way)).follow(invoice)
    assert month is not None
    assert monthly_desk.desk.calls(month) == [("capture", 1, None)]
    assert monthly_desk.journey.settle(month).state is GiftState.CAPTURED


def test_a_month_that_another_process_leaves_out_meanwhile_is_left_out(
    monthly_desk: MonthlyDesk, begun: MonthlyGift
) -> None:
    stripe, invoice = monthly_desk.desk.gateway.monthly, draft(monthly_desk, begun)
    do(monthly_desk, pause, begun)
    slow = overtaken(monthly_desk, "void", lambda: stripe.void(invoice, idempotency_key="another"))
    assert Renewals(journey=slow).follow(invoice) is None
    assert monthly_desk.invoices(begun) == ["paid", "void"]


def test_a_card_that_two_requests_save_is_changed_once(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    token = monthly_desk.desk.token()
    slow = overtaken(monthly_desk, "save_card", lambda: monthly_desk.cards.confirm(begun.id, token))
    assert CardChange(journey=slow).confirm(begun.id, token).saved
    assert monthly_desk.facts(begun).count("card_changed") == 1


def test_a_card_that_is_saved_after_the_end_is_charged_by_nobody(
    monthly_desk: MonthlyDesk, begun: MonthlyGift
) -> None:
    slow = overtaken(monthly_desk, "save_card", lambda: do(monthly_desk, cancel, begun))
    CardChange(journey=slow).confirm(begun.id, monthly_desk.desk.token())
    monthly_desk.work()
    assert monthly_desk.monthly(begun.id).payment_method_id == begun.payment_method_id
    assert monthly_desk.at_stripe(f"customers/{begun.customer_id}")["deleted"]


def test_a_month_that_a_person_looks_at_is_not_decided_by_another_card(
    monthly_desk: MonthlyDesk, begun: MonthlyGift
) -> None:
    desk = monthly_desk.desk
    desk.clock.advance(MONTH)
    desk.sandbox.advance(int(MONTH.total_seconds()))
    monthly_desk.deliver()
    monthly_desk.refresh()
    assert monthly_desk.enter_card(begun).saved
    monthly_desk.work()
    assert monthly_desk.states(begun) == ["captured", "held"]


def test_a_card_entry_is_not_lost_to_a_line_that_fails(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    desk = monthly_desk.desk
    stranger = CardChange(journey=replace(monthly_desk.journey, caller=bytes(32)))
    token = desk.token(THREE_D_SECURE)
    desk.sandbox.fault("GET /v1/confirmation_tokens/{}", "rate_limit")
    with pytest.raises(Unavailable):
        stranger.confirm(begun.id, token)
    assert stranger.confirm(begun.id, token).client_secret is not None
    desk.sandbox.fault("GET /v1/setup_intents/{}", "rate_limit")
    with pytest.raises(Unavailable):
        stranger.look_again(begun.id)
    setup = desk.at_sandbox("setup_intents")[0]["id"]
    desk.sandbox.post(f"/v1/setup_intents/{setup}/cancel", {})
    given_up = stranger.look_again(begun.id)
    assert (given_up.saved, given_up.client_secret) == (False, None)


def test_an_error_of_stripes_own_is_got_past_with_another_key(
    monthly_desk: MonthlyDesk, begun: MonthlyGift
) -> None:
    do(monthly_desk, pause, begun)
    sync = SubscriptionSync(journey=monthly_desk.journey)
    for route, kind in (
        ("GET /v1/subscriptions/{}", "rate_limit"),
        ("POST /v1/subscriptions/{}", "error_before"),
    ):
        monthly_desk.desk.sandbox.fault(route, kind, count=1 if kind == "rate_limit" else 3)
        with pytest.raises(Unavailable):
            sync.sync(begun.id)
    sync.sync(begun.id)
    assert monthly_desk.subscription(begun)["pause_collection"]["behavior"] == "void"


def test_a_change_that_comes_meanwhile_is_told_afterwards(
    monthly_desk: MonthlyDesk, begun: MonthlyGift
) -> None:
    def change_and_fail() -> NoReturn:
        do(monthly_desk, change_amount, begun, FIVE)
        raise GatewayFailed("an error of Stripe's own")

    do(monthly_desk, pause, begun)
    do(monthly_desk, resume, begun)
    do(monthly_desk, change_amount, begun, Money(700, "USD"))
    with pytest.raises(Unavailable):
        SubscriptionSync(journey=overtaken(monthly_desk, "change", change_and_fail)).sync(begun.id)
    change = overtaken(monthly_desk, "change", lambda: do(monthly_desk, change_amount, begun, SIX))
    do(monthly_desk, change_amount, begun, Money(800, "USD"))
    SubscriptionSync(journey=change).sync(begun.id)
    row = monthly_desk.monthly(begun.id)
    assert row.synced_revision < row.revision
    with monthly_desk.desk.database.transaction() as session:
        waiting = text("SELECT count(*) FROM procrastinate_jobs WHERE queueing_lock LIKE '%sync_monthly%'")
        assert session.execute(waiting).scalar_one() == 1
    monthly_desk.work()
    assert monthly_desk.subscription(begun)["items"]["data"][0]["price"]["unit_amount"] == SIX.minor


def test_a_second_doubt_stops_nothing_twice(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    (month,) = monthly_desk.months(begun)
    for _ in range(2):
        with monthly_desk.desk.database.transaction() as session:
            suspend(session, lock_gift(session, month.id), step=monthly_desk.step())
    assert monthly_desk.monthly(begun.id).state == MonthlyState.SUSPENDED
    assert monthly_desk.facts(begun).count("suspended") == 1
