"""What donors do with a monthly gift, each twice, at any moment of its life."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.donations.monthly.changing import cancel, change_amount, pause, resume
from factually.donations.monthly.lifecycle import EndReason, MonthlyState
from factually.foundation.errors import Conflict
from factually.foundation.money import Money
from tests.support.donation_factories import SHARED_NAME, pledge_of
from tests.support.monthly_desk import monthly_organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from factually.donations.monthly.models import MonthlyGift
    from tests.support.monthly_desk import MonthlyDesk

TEN = Money(1000, "USD")


def do(
    monthly_desk: MonthlyDesk, change: Callable[..., None], monthly: MonthlyGift, *more: Money
) -> MonthlyGift:
    desk = monthly_desk.desk
    with desk.database.transaction() as session:
        change(session, monthly.id, *more, post=desk.post, step=monthly_desk.step())
    return monthly_desk.monthly(monthly.id)


def test_a_paused_gift_leaves_months_out_until_it_is_resumed(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    for _ in range(2):
        assert do(monthly_desk, pause, monthly).state == MonthlyState.PAUSED
    monthly_desk.work()
    assert monthly_desk.subscription(monthly)["pause_collection"]["behavior"] == "void"
    monthly_desk.pass_months(2)
    assert monthly_desk.states(monthly) == ["captured"]
    assert monthly_desk.invoices(monthly) == ["paid", "void", "void"]
    for _ in range(2):
        assert do(monthly_desk, resume, monthly).state == MonthlyState.ACTIVE
    monthly_desk.work()
    monthly_desk.pass_months()
    assert monthly_desk.states(monthly) == ["captured", "captured"]
    assert monthly_desk.facts(monthly)[3:5] == ["paused", "resumed"]
    assert monthly_desk.desk.letters() == ["gift-receipt", "monthly-news", "monthly-news", "gift-receipt"]


def test_a_draft_made_before_the_pause_is_not_charged(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    monthly_desk.pass_time(timedelta(days=31))
    do(monthly_desk, pause, monthly)
    monthly_desk.deliver()
    monthly_desk.work()
    assert monthly_desk.states(monthly) == ["captured"]
    assert monthly_desk.invoices(monthly) == ["paid", "void"]
    assert monthly_desk.charged(monthly) == 500


def test_a_month_that_waits_for_its_next_try_is_left_out_by_a_pause(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    monthly_desk.replace_card(monthly, "pm_card_chargeCustomerFail")
    monthly_desk.pass_months()
    do(monthly_desk, pause, monthly)
    monthly_desk.work()
    assert monthly_desk.states(monthly) == ["captured", "expired"]
    assert monthly_desk.invoices(monthly) == ["paid", "void"]


def test_another_amount_counts_from_the_next_month_on(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    for _ in range(2):
        assert do(monthly_desk, change_amount, monthly, TEN).amount_minor == 1000
    monthly_desk.work()
    assert monthly_desk.charged(monthly) == 500
    monthly_desk.pass_months()
    assert [month.amount_minor for month in monthly_desk.months(monthly)] == [500, 1000]
    assert monthly_desk.charged(monthly) == 1500
    assert monthly_desk.facts(monthly).count("amount_changed") == 1


def test_a_draft_with_the_amount_before_is_still_taken(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    monthly_desk.pass_time(timedelta(days=31))
    do(monthly_desk, change_amount, monthly, TEN)
    monthly_desk.deliver()
    monthly_desk.work()
    assert monthly_desk.charged(monthly) == 1000
    monthly_desk.pass_months()
    assert monthly_desk.charged(monthly) == 2000


def test_a_large_amount_is_screened_before_it_is_taken(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    do(monthly_desk, change_amount, monthly, Money(300_000, "USD"))
    monthly_desk.work()
    monthly_desk.pass_months()
    assert monthly_desk.states(monthly) == ["captured", "released"]
    assert monthly_desk.charged(monthly) == 500


def test_cancelling_ends_it_at_once_and_deletes_the_card(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    for _ in range(2):
        assert do(monthly_desk, cancel, monthly).end_reason == EndReason.CANCELLED
    monthly_desk.work()
    assert monthly_desk.subscription(monthly)["status"] == "canceled"
    assert monthly_desk.at_stripe(f"customers/{monthly.customer_id}")["deleted"]
    monthly_desk.pass_months()
    assert monthly_desk.states(monthly) == ["captured"]
    assert monthly_desk.desk.letters() == ["gift-receipt", "monthly-news"]
    for change, more in ((pause, ()), (resume, ()), (change_amount, (TEN,))):
        with pytest.raises(Conflict, match="has ended"):
            do(monthly_desk, change, monthly, *more)


def test_a_draft_made_before_the_cancellation_is_not_charged(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    monthly_desk.pass_time(timedelta(days=31))
    do(monthly_desk, cancel, monthly)
    monthly_desk.work()
    monthly_desk.deliver()
    assert monthly_desk.invoices(monthly) == ["paid", "void"]
    assert monthly_desk.charged(monthly) == 500


def test_a_cancellation_counts_although_stripe_does_not_answer(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    do(monthly_desk, cancel, monthly)
    monthly_desk.pass_time(timedelta(days=31))
    monthly_desk.deliver()
    assert monthly_desk.charged(monthly) == 500


def test_a_held_first_month_can_be_withdrawn(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin(monthly_organisation(SHARED_NAME))
    do(monthly_desk, cancel, monthly)
    monthly_desk.work()
    assert monthly_desk.states(monthly) == ["released"]
    assert monthly_desk.monthly(monthly.id).end_reason == EndReason.NOT_STARTED
    assert monthly_desk.at_stripe(f"customers/{monthly.customer_id}")["deleted"]


def test_a_gift_that_has_not_begun_cannot_be_paused(monthly_desk: MonthlyDesk) -> None:
    gift = monthly_desk.desk.pledge(pledge_of(monthly=True))
    with pytest.raises(Conflict, match="has not begun"):
        do(monthly_desk, pause, monthly_desk.of(gift))
