"""A monthly gift begins: the card is saved, the first month screened and then charged, or nothing is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.accounts.roles import AUDITOR
from factually.donations.lifecycle import GiftState
from factually.donations.monthly.lifecycle import EndReason, MonthlyState
from factually.donations.progress import LEASE
from factually.donations.reviewing import Ruling, review_gift
from factually.donations.sweeping import give_up_abandoned, release_overdue, settle_stuck
from factually.foundation.errors import Unavailable
from factually.independence.queries import screenings_of
from factually.independence.results import Verdict
from factually.independence.subjects import Stage
from tests.support.donation_factories import (
    DECLINED,
    SHARED_NAME,
    THREE_D_SECURE,
    VISA,
    pledge_of,
)
from tests.support.monthly_desk import FAILS_LATER, MONTH, TWO_HOURS, monthly_organisation
from tests.support.people import add_person

if TYPE_CHECKING:
    import uuid

    from factually.donations.models import Gift
    from tests.support.monthly_desk import MonthlyDesk

REASON = "The committee is another body of that name."


@pytest.fixture
def reviewer(monthly_desk: MonthlyDesk) -> uuid.UUID:
    return add_person(monthly_desk.desk.database, AUDITOR, now=monthly_desk.desk.clock.now()).id


def judge(monthly_desk: MonthlyDesk, gift: Gift, verdict: Verdict, reviewer: uuid.UUID) -> None:
    desk = monthly_desk.desk
    ruling = Ruling(verdict=verdict, reason=REASON, reviewer_id=reviewer)
    with desk.database.transaction() as session:
        review_gift(session, gift.public_id, ruling, keyring=desk.keyring, now=desk.clock.now())
    desk.journey.settle(gift.id)
    monthly_desk.work()


def test_the_first_month_is_screened_twice_and_taken_at_once(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    (gift,) = monthly_desk.months(monthly)
    assert gift.state == GiftState.CAPTURED
    assert gift.captured_minor == monthly_desk.charged(monthly) == 500
    assert monthly.state == MonthlyState.ACTIVE
    assert monthly_desk.facts(monthly) == ["pledged", "started", "charge_paid"]
    assert desk.calls(gift.id) == [("authorise", 1, "accepted"), ("capture", 1, "accepted")]
    assert desk.letters() == ["gift-receipt"]
    with desk.database.transaction() as session:
        stages = [screening.stage for screening in screenings_of(session, gift.id, keyring=desk.keyring)]
    assert stages == [Stage.BEFORE_AUTHORISATION, Stage.AFTER_AUTHORISATION]


def test_stripe_never_collects_a_later_month_by_itself(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    pause = monthly_desk.subscription(monthly)["pause_collection"]
    assert pause == {"behavior": "keep_as_draft", "resumes_at": None}
    assert monthly.synced_revision == monthly.revision
    for _ in range(3):
        monthly_desk.pass_time(timedelta(days=31))
    assert monthly_desk.invoices(monthly) == ["paid", "draft", "draft", "draft"]
    assert monthly_desk.charged(monthly) == 500


def test_a_month_is_not_collected_where_nobody_told_stripe_to_wait(monthly_desk: MonthlyDesk) -> None:
    gift = monthly_desk.desk.give(pledge_of(monthly=True))
    monthly_desk.pass_time(MONTH + TWO_HOURS)
    monthly = monthly_desk.of(gift)
    assert monthly.synced_revision < monthly.revision
    assert monthly_desk.charged(monthly) == 500
    monthly_desk.deliver()
    monthly_desk.work()
    assert monthly_desk.monthly(monthly.id).state == MonthlyState.ENDED


def test_the_customer_at_stripe_has_no_name_and_no_address(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    customer = monthly_desk.at_stripe(f"customers/{monthly.customer_id}")
    assert (customer["name"], customer["email"]) == (None, None)
    assert customer["metadata"] == {"monthly": str(monthly.id)}
    assert monthly_desk.subscription(monthly)["metadata"] == {"monthly": str(monthly.id)}


def test_a_refusal_creates_nothing_at_stripe(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin(pledge_of(monthly=True, political_group=True))
    assert monthly_desk.states(monthly) == ["refused"]
    assert (monthly.state, monthly.end_reason) == (MonthlyState.ENDED, EndReason.REFUSED)
    assert (monthly.customer_id, monthly.setup_intent_id) == (None, None)
    assert [notice.type for notice in monthly_desk.fresh_notices()] == []


def test_a_declined_card_leaves_the_form_open_for_another(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.pledge(pledge_of(monthly=True))
    declined = desk.journey.confirm(gift.public_id, desk.token(DECLINED))
    assert declined.wants_card
    assert declined.decline_code == "generic_decline"
    paid = desk.journey.confirm(gift.public_id, desk.token(VISA))
    assert paid.state is GiftState.CAPTURED
    assert (
        len(desk.at_sandbox(f"subscriptions?customer={monthly_desk.of(desk.gift(gift.id)).customer_id}")) == 1
    )


def test_the_bank_asks_before_the_card_is_saved(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.pledge(pledge_of(monthly=True))
    asked = desk.journey.confirm(gift.public_id, desk.token("pm_card_authenticationRequiredOnSetup"))
    assert asked.client_secret is not None
    desk.authenticate(asked.client_secret, passed=True)
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED


def test_a_card_that_was_not_confirmed_is_asked_for_again(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.pledge(pledge_of(monthly=True))
    asked = desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    desk.authenticate(asked.client_secret or "", passed=False)
    standing = desk.journey.settle(gift.id)
    assert standing.wants_card
    assert standing.decline_code == "setup_intent_authentication_failure"


def test_a_bank_that_asks_at_each_charge_is_asked_at_the_first_one(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.pledge(pledge_of(monthly=True))
    saving = desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    desk.authenticate(saving.client_secret or "", passed=True)
    charging = desk.journey.settle(gift.id)
    assert charging.client_secret not in {None, saving.client_secret}
    assert charging.state is GiftState.AUTHORISED
    desk.authenticate(charging.client_secret or "", passed=True)
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED
    monthly_desk.work()
    assert monthly_desk.subscription(monthly_desk.of(desk.gift(gift.id)))["pause_collection"] is not None


def test_a_first_charge_that_nobody_confirms_ends_it_after_a_day(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.pledge(pledge_of(monthly=True))
    saving = desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    desk.authenticate(saving.client_secret or "", passed=True)
    desk.journey.settle(gift.id)
    monthly_desk.pass_time(timedelta(hours=24))
    monthly_desk.deliver()
    monthly_desk.work()
    monthly = monthly_desk.of(gift_now := desk.gift(gift.id))
    assert gift_now.state == GiftState.EXPIRED
    assert monthly.end_reason in {EndReason.CARD_FAILED, EndReason.ELSEWHERE}
    assert monthly_desk.charged(monthly) == 0


def test_a_card_that_pays_nothing_at_once_begins_nothing(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin(card=FAILS_LATER)
    assert monthly_desk.states(monthly) == ["expired"]
    assert (monthly.state, monthly.end_reason) == (MonthlyState.ENDED, EndReason.CARD_FAILED)
    assert monthly_desk.subscription(monthly)["status"] == "incomplete_expired"
    assert monthly_desk.at_stripe(f"customers/{monthly.customer_id}")["deleted"]
    assert monthly_desk.desk.letters() == ["monthly-news"]


def test_a_held_first_month_is_not_charged(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin(monthly_organisation(SHARED_NAME))
    assert monthly_desk.states(monthly) == ["held"]
    assert (monthly.state, monthly.subscription_id) == (MonthlyState.PLEDGED, None)
    assert monthly_desk.desk.letters() == ["gift-held"]
    (letter,) = monthly_desk.desk.open_letters()
    assert "nothing is reserved" in letter.text
    assert "the card is deleted and nothing begins" in letter.text


def test_an_accepted_first_month_starts_the_subscription(
    monthly_desk: MonthlyDesk, reviewer: uuid.UUID
) -> None:
    monthly = monthly_desk.begin(monthly_organisation(SHARED_NAME))
    judge(monthly_desk, monthly_desk.months(monthly)[0], Verdict.ACCEPT, reviewer)
    assert monthly_desk.states(monthly) == ["captured"]
    assert monthly_desk.monthly(monthly.id).state == MonthlyState.ACTIVE
    assert monthly_desk.charged(monthly) == 500


def test_a_refused_first_month_deletes_the_card(monthly_desk: MonthlyDesk, reviewer: uuid.UUID) -> None:
    monthly = monthly_desk.begin(monthly_organisation(SHARED_NAME))
    judge(monthly_desk, monthly_desk.months(monthly)[0], Verdict.REFUSE, reviewer)
    assert monthly_desk.states(monthly) == ["released"]
    assert monthly_desk.monthly(monthly.id).end_reason == EndReason.REFUSED
    assert monthly_desk.at_stripe(f"customers/{monthly.customer_id}")["deleted"]
    assert "gift-released" in monthly_desk.desk.letters()
    assert monthly_desk.charged(monthly) == 0


def test_a_first_month_that_nobody_decides_on_never_begins(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin(monthly_organisation(SHARED_NAME))
    monthly_desk.pass_time(timedelta(hours=73))
    with desk.database.transaction() as session:
        assert release_overdue(session, step=monthly_desk.step()) == 1
    monthly_desk.work()
    assert monthly_desk.states(monthly) == ["released"]
    assert monthly_desk.monthly(monthly.id).end_reason == EndReason.NOT_STARTED
    assert monthly_desk.at_stripe(f"customers/{monthly.customer_id}")["deleted"]


def test_a_form_that_was_left_is_closed_after_a_day(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.pledge(pledge_of(monthly=True))
    monthly_desk.pass_time(timedelta(hours=25))
    with desk.database.transaction() as session:
        assert give_up_abandoned(session, step=monthly_desk.step()) == 1
    assert monthly_desk.of(desk.gift(gift.id)).end_reason == EndReason.NOT_STARTED


def test_the_same_form_twice_is_one_monthly_gift(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    form = pledge_of(monthly=True)
    assert desk.pledge(form).monthly_gift_id == desk.pledge(form).monthly_gift_id is not None


def test_equal_requests_at_the_same_moment_make_one_subscription(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.pledge(pledge_of(monthly=True))
    token = desk.token()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: desk.journey.confirm(gift.public_id, token), range(8)))
    desk.journey.settle(gift.id)
    monthly = monthly_desk.of(desk.gift(gift.id))
    assert monthly_desk.states(monthly) == ["captured"]
    assert len(desk.at_sandbox(f"subscriptions?customer={monthly.customer_id}")) == 1
    assert monthly_desk.charged(monthly) == 500


@pytest.mark.parametrize("route", ["POST /v1/customers", "POST /v1/setup_intents", "POST /v1/subscriptions"])
@pytest.mark.parametrize("kind", ["error_before", "error_after", "drop_after"])
def test_a_lost_answer_is_mended_without_a_second_charge(
    monthly_desk: MonthlyDesk, route: str, kind: str
) -> None:
    desk = monthly_desk.desk
    gift = desk.pledge(pledge_of(monthly=True))
    desk.sandbox.fault(route, kind, count=3)
    desk.journey.confirm(gift.public_id, desk.token())
    for _ in range(3):
        desk.clock.advance(LEASE + timedelta(seconds=1))
        with suppress(Unavailable):
            standing = desk.journey.settle(gift.id)
    if standing.wants_card:
        # Stripe repeats its own error under a key, so the donor is asked once more.
        standing = desk.journey.confirm(gift.public_id, desk.token())
    monthly = monthly_desk.of(desk.gift(gift.id))
    assert standing.state is GiftState.CAPTURED
    assert monthly_desk.charged(monthly) == 500
    assert len(desk.at_sandbox(f"subscriptions?customer={monthly.customer_id}")) == 1


def test_the_sweep_goes_on_with_a_first_month_that_a_death_left(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    gift = desk.pledge(pledge_of(monthly=True))
    desk.sandbox.fault("POST /v1/subscriptions", "error_before", count=3)
    desk.journey.confirm(gift.public_id, desk.token())
    desk.clock.advance(timedelta(minutes=6))
    with desk.database.transaction() as session:
        assert settle_stuck(session, now=desk.clock.now()) == 1
    assert desk.journey.settle(gift.id).state is GiftState.CAPTURED
