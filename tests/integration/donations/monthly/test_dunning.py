"""A month that finds no money: letters, tries on set days, another card, and at last an end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.donations.lifecycle import GiftState
from factually.donations.monthly.lifecycle import EndReason, MonthlyState
from factually.donations.monthly.terms import CARD_ENTRIES, RETRY_AFTER
from factually.donations.sweeping import settle_stuck
from factually.foundation.errors import Conflict, InvalidInput, TooManyRequests, Unavailable
from factually.independence.queries import screenings_of
from factually.independence.subjects import Stage
from tests.support.donation_factories import DECLINED, THREE_D_SECURE, VISA
from tests.support.monthly_desk import FAILS_LATER

if TYPE_CHECKING:
    from factually.donations.models import Gift
    from factually.donations.monthly.models import MonthlyGift
    from tests.support.monthly_desk import MonthlyDesk


@pytest.fixture
def failing(monthly_desk: MonthlyDesk) -> MonthlyGift:
    """A monthly gift whose second month finds no money."""
    monthly = monthly_desk.begin()
    monthly_desk.replace_card(monthly, FAILS_LATER)
    monthly_desk.pass_months()
    return monthly_desk.monthly(monthly.id)


def last(monthly_desk: MonthlyDesk, monthly: MonthlyGift) -> Gift:
    return monthly_desk.months(monthly)[-1]


def pass_days(monthly_desk: MonthlyDesk, by: timedelta) -> None:
    monthly_desk.pass_time(by)
    monthly_desk.deliver()
    monthly_desk.work()


def test_a_failed_month_is_told_with_a_link_to_change_the_card(
    monthly_desk: MonthlyDesk, failing: MonthlyGift
) -> None:
    assert failing.state == MonthlyState.PAST_DUE
    assert failing.failures == 1
    assert last(monthly_desk, failing).state == GiftState.AUTHORISED
    assert monthly_desk.desk.calls(last(monthly_desk, failing).id) == [("capture", 1, "declined")]
    letter = monthly_desk.desk.open_letters()[-1]
    assert letter.subject == "Your card did not pay your monthly gift of $5.00"
    assert f"/monthly/{failing.public_id}/" in letter.text
    assert monthly_desk.charged(failing) == 500


def test_nothing_is_tried_before_its_day(monthly_desk: MonthlyDesk, failing: MonthlyGift) -> None:
    desk = monthly_desk.desk
    pass_days(monthly_desk, RETRY_AFTER[0] - timedelta(hours=1))
    assert len(desk.calls(last(monthly_desk, failing).id)) == 1
    with desk.database.transaction() as session:
        assert settle_stuck(session, now=desk.clock.now()) == 0
    pass_days(monthly_desk, timedelta(hours=1))
    assert len(desk.calls(last(monthly_desk, failing).id)) == 2


def test_a_try_that_finds_money_ends_the_dunning(monthly_desk: MonthlyDesk, failing: MonthlyGift) -> None:
    monthly_desk.replace_card(failing, VISA)
    pass_days(monthly_desk, RETRY_AFTER[0])
    again = monthly_desk.monthly(failing.id)
    assert (again.state, again.failures, again.retry_at) == (MonthlyState.ACTIVE, 0, None)
    assert monthly_desk.states(failing) == ["captured", "captured"]
    assert monthly_desk.charged(failing) == 1000


def test_after_the_last_try_it_ends_with_an_honest_letter(
    monthly_desk: MonthlyDesk, failing: MonthlyGift
) -> None:
    for by in RETRY_AFTER:
        pass_days(monthly_desk, by)
    over = monthly_desk.monthly(failing.id)
    assert (over.state, over.end_reason) == (MonthlyState.ENDED, EndReason.CARD_FAILED)
    assert monthly_desk.states(failing) == ["captured", "expired"]
    assert monthly_desk.invoices(failing) == ["paid", "void"]
    assert monthly_desk.subscription(failing)["status"] == "canceled"
    assert monthly_desk.at_stripe(f"customers/{failing.customer_id}")["deleted"]
    assert monthly_desk.desk.letters().count("monthly-news") == len(RETRY_AFTER) + 1
    assert "we have stopped trying" in monthly_desk.desk.open_letters()[-1].text
    assert monthly_desk.charged(failing) == 500


def test_another_card_is_screened_and_pays_at_once(monthly_desk: MonthlyDesk, failing: MonthlyGift) -> None:
    desk = monthly_desk.desk
    assert monthly_desk.enter_card(failing).saved
    monthly_desk.work()
    assert monthly_desk.states(failing) == ["captured", "captured"]
    again = monthly_desk.monthly(failing.id)
    assert again.state == MonthlyState.ACTIVE
    assert again.payment_method_id != failing.payment_method_id
    with desk.database.transaction() as session:
        stages = [
            screening.stage
            for screening in screenings_of(session, last(monthly_desk, failing).id, keyring=desk.keyring)
        ]
    assert stages == [Stage.RENEWAL, Stage.RENEWAL]
    cards = monthly_desk.at_stripe(f"customers/{failing.customer_id}/payment_methods")["data"]
    assert [card["id"] for card in cards] == [again.payment_method_id]


def test_a_card_that_the_rules_speak_against_does_not_pay(
    monthly_desk: MonthlyDesk, failing: MonthlyGift
) -> None:
    assert monthly_desk.enter_card(failing, "pm_card_mastercard_prepaid").saved
    monthly_desk.work()
    assert monthly_desk.states(failing) == ["captured", "expired"]
    assert monthly_desk.invoices(failing) == ["paid", "void"]
    assert monthly_desk.charged(failing) == 500


def test_another_card_pays_the_months_to_come(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    assert monthly_desk.enter_card(monthly, "pm_card_mastercard").saved
    monthly_desk.work()
    changed = monthly_desk.monthly(monthly.id)
    assert monthly_desk.subscription(monthly)["default_payment_method"] == changed.payment_method_id
    monthly_desk.pass_months()
    assert monthly_desk.states(monthly) == ["captured", "captured"]
    assert monthly_desk.facts(monthly)[3] == "card_changed"
    assert "has another card" in monthly_desk.desk.open_letters()[1].subject


def test_a_declined_card_changes_nothing(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    standing = monthly_desk.enter_card(monthly, DECLINED)
    assert (standing.saved, standing.decline_code) == (False, "generic_decline")
    assert monthly_desk.monthly(monthly.id).payment_method_id == monthly.payment_method_id


@pytest.mark.parametrize("passed", [True, False])
def test_a_bank_that_asks_is_waited_for(monthly_desk: MonthlyDesk, *, passed: bool) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    asked = monthly_desk.enter_card(monthly, THREE_D_SECURE)
    assert asked.client_secret is not None
    desk.authenticate(asked.client_secret, passed=passed)
    monthly_desk.deliver()
    monthly_desk.deliver()
    changed = monthly_desk.monthly(monthly.id).payment_method_id != monthly.payment_method_id
    assert changed is passed
    assert monthly_desk.look_at_card(monthly).saved is passed


def test_too_many_cards_a_day_are_refused(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    for _ in range(CARD_ENTRIES):
        monthly_desk.enter_card(monthly, DECLINED)
    with pytest.raises(TooManyRequests):
        monthly_desk.enter_card(monthly)
    monthly_desk.pass_time(timedelta(days=1, seconds=1))
    assert monthly_desk.enter_card(monthly).saved


def test_a_card_entry_counts_once(monthly_desk: MonthlyDesk) -> None:
    monthly, other = monthly_desk.begin(), monthly_desk.begin()
    token = monthly_desk.desk.token()
    cards = monthly_desk.cards
    assert cards.confirm(monthly.id, token).saved
    assert cards.confirm(monthly.id, token).saved
    assert monthly_desk.facts(monthly).count("card_changed") == 1
    with pytest.raises(Conflict, match="another monthly gift"):
        cards.confirm(other.id, token)


def test_a_made_up_card_entry_is_asked_for_again(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    with pytest.raises(InvalidInput):
        monthly_desk.cards.confirm(monthly.id, "ctoken_made_up")


def test_no_answer_changes_no_card(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    token = monthly_desk.desk.token()
    monthly_desk.desk.sandbox.fault("POST /v1/setup_intents", "rate_limit")
    with pytest.raises(Unavailable):
        monthly_desk.cards.confirm(monthly.id, token)
    assert monthly_desk.cards.confirm(monthly.id, token).saved


def test_a_gift_that_is_over_takes_no_card(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin(card=FAILS_LATER)
    with pytest.raises(Conflict):
        monthly_desk.enter_card(monthly)
    assert not monthly_desk.look_at_card(monthly).saved
