"""Later months: each a gift of its own, screened before a cent of it is collected."""

from __future__ import annotations

import random
import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import select, text

from factually.accounts.roles import AUDITOR
from factually.donations.books.models import LedgerTransaction
from factually.donations.lifecycle import GiftState
from factually.donations.monthly.lifecycle import EndReason, MonthlyState
from factually.donations.monthly.renewals import Renewals
from factually.donations.monthly.sweeping import look_for_months
from factually.donations.progress import LEASE
from factually.donations.reviewing import Ruling, review_gift
from factually.donations.sweeping import release_overdue
from factually.foundation.errors import Unavailable
from factually.independence.queries import screenings_of
from factually.independence.registers.entries import Entry
from factually.independence.results import Verdict
from factually.independence.subjects import Stage
from tests.support.checked_gateways import checked_gateway
from tests.support.donation_factories import pledge_of
from tests.support.independence_factories import ENTRIES
from tests.support.monthly_desk import MONTH, monthly_organisation
from tests.support.people import add_person
from tests.support.register_changes import NEW_GROUP, NEWCOMER

if TYPE_CHECKING:
    from tests.support.monthly_desk import MonthlyDesk


NAMESAKE: Final = "Riverside Future Committee"
NAMESAKES: Final = tuple(Entry(key=f"C0090001{digit}", name=NAMESAKE.upper()) for digit in (1, 2))
"""Two committees that register later under one name: whoever bears it is held, and not refused."""


def test_three_months_are_three_gifts_each_screened_afresh(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    monthly_desk.pass_months(3)
    months = monthly_desk.months(monthly)
    assert [month.state for month in months] == ["captured"] * 4
    assert monthly_desk.charged(monthly) == 2000
    assert (
        len({month.payment_intent_id for month in months}) == len({month.charge_id for month in months}) == 4
    )
    assert desk.letters() == ["gift-receipt"] * 4
    with desk.database.transaction() as session:
        for month in months[1:]:
            (screening,) = screenings_of(session, month.id, keyring=desk.keyring)
            assert screening.stage is Stage.RENEWAL
            assert screening.created_at > months[0].created_at + timedelta(days=30)


def test_each_month_shows_the_words_of_a_one_off_gift_on_the_cards_statement(
    monthly_desk: MonthlyDesk,
) -> None:
    with checked_gateway(monthly_desk.desk.sandbox, card_statement="FACTUALLY* GIFT") as gateway:
        desk = replace(monthly_desk.desk, gateway=gateway)
        worded = replace(monthly_desk, desk=desk)
        desk.give()
        monthly = worded.begin()
        worded.pass_months()
        words = [charge["calculated_statement_descriptor"] for charge in desk.at_sandbox("charges")]
        assert words[:3] == ["FACTUALLY* GIFT"] * 3
    with checked_gateway(desk.sandbox, card_statement="FACTUALLY* REPORTING") as gateway:
        reworded = replace(worded, desk=replace(desk, gateway=gateway))
        reworded.pass_months()
    assert monthly_desk.states(monthly) == ["captured"] * 3
    assert desk.at_sandbox("charges")[0]["calculated_statement_descriptor"] == "FACTUALLY* REPORTING"


def test_each_month_is_in_the_books_once(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    monthly_desk.pass_months(2)
    monthly_desk.deliver()
    with monthly_desk.desk.database.transaction() as session:
        posted = session.scalars(select(LedgerTransaction.gift_id).where(LedgerTransaction.type == "charge"))
        assert sorted(map(str, posted)) == sorted(str(month.id) for month in monthly_desk.months(monthly))


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_and_doubled_events_make_one_gift_a_month(monthly_desk: MonthlyDesk, seed: int) -> None:
    shuffling = random.Random(seed)  # noqa: S311 - an order that a failure can be repeated with
    monthly = monthly_desk.begin()
    for _ in range(2):
        monthly_desk.pass_time(MONTH)
        monthly_desk.deliver(shuffled=shuffling, times=2)
        monthly_desk.work()
        monthly_desk.deliver(shuffled=shuffling, times=3)
    assert monthly_desk.states(monthly) == ["captured"] * 3
    assert monthly_desk.charged(monthly) == 1500
    assert monthly_desk.desk.letters() == ["gift-receipt"] * 3
    assert monthly_desk.waiting_events() == 0
    assert monthly_desk.desk.journal() == []


def test_a_month_that_no_event_told_of_is_found(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    monthly_desk.pass_time(MONTH + timedelta(hours=2))
    with desk.database.transaction() as session:
        assert look_for_months(session, now=desk.clock.now()) == 1
    Renewals(journey=monthly_desk.journey).look(monthly.id)
    assert monthly_desk.states(monthly) == ["captured"] * 2
    with desk.database.transaction() as session:
        assert look_for_months(session, now=desk.clock.now()) == 0


def held_month(monthly_desk: MonthlyDesk) -> uuid.UUID:
    """Begin an organisation's monthly gift, and let a register make the second month doubtful."""
    monthly = monthly_desk.begin(monthly_organisation(NAMESAKE))
    monthly_desk.entries = (*ENTRIES, *NAMESAKES)
    monthly_desk.pass_months()
    return monthly.id


def test_a_held_month_stays_a_draft(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.monthly(held_month(monthly_desk))
    assert monthly_desk.states(monthly) == ["captured", "held"]
    assert monthly_desk.invoices(monthly) == ["paid", "draft"]
    monthly_desk.pass_time(timedelta(days=2))
    monthly_desk.deliver()
    assert monthly_desk.invoices(monthly) == ["paid", "draft"]
    assert monthly_desk.charged(monthly) == 500
    assert monthly.state == MonthlyState.ACTIVE
    letter = monthly_desk.desk.open_letters()[-1]
    assert "this month is left out" in letter.text


@pytest.mark.parametrize(
    ("verdict", "states", "invoices", "charged"),
    [
        (Verdict.ACCEPT, ["captured", "captured"], ["paid", "paid"], 1000),
        (Verdict.REFUSE, ["captured", "released"], ["paid", "void"], 500),
    ],
)
def test_an_auditor_decides_a_held_month(
    monthly_desk: MonthlyDesk, verdict: Verdict, states: list[str], invoices: list[str], charged: int
) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.monthly(held_month(monthly_desk))
    reviewer = add_person(desk.database, AUDITOR, now=desk.clock.now())
    gift = monthly_desk.months(monthly)[-1]
    ruling = Ruling(verdict=verdict, reason="Another body of that name.", reviewer_id=reviewer.id)
    with desk.database.transaction() as session:
        review_gift(session, gift.public_id, ruling, keyring=desk.keyring, now=desk.clock.now())
    desk.journey.settle(gift.id)
    monthly_desk.work()
    assert monthly_desk.states(monthly) == states
    assert monthly_desk.invoices(monthly) == invoices
    assert monthly_desk.charged(monthly) == charged
    over = monthly_desk.monthly(monthly.id)
    assert over.end_reason == (EndReason.REFUSED if verdict is Verdict.REFUSE else None)


def test_a_month_that_nobody_decides_on_is_left_out_and_the_next_one_comes(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.monthly(held_month(monthly_desk))
    monthly_desk.pass_time(timedelta(hours=73))
    with desk.database.transaction() as session:
        assert release_overdue(session, step=monthly_desk.step()) == 1
    monthly_desk.work()
    assert monthly_desk.states(monthly) == ["captured", "released"]
    assert monthly_desk.invoices(monthly) == ["paid", "void"]
    monthly_desk.entries = ENTRIES
    monthly_desk.pass_months()
    assert monthly_desk.states(monthly) == ["captured", "released", "captured"]


def test_a_month_that_the_policy_refuses_ends_it(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin(monthly_organisation(NEW_GROUP))
    assert monthly_desk.states(monthly) == ["captured"]
    monthly_desk.entries = (*ENTRIES, NEWCOMER)
    monthly_desk.pass_months()
    assert monthly_desk.states(monthly) == ["captured", "released"]
    over = monthly_desk.monthly(monthly.id)
    assert (over.state, over.end_reason) == (MonthlyState.ENDED, EndReason.REFUSED)
    assert monthly_desk.subscription(monthly)["status"] == "canceled"
    assert monthly_desk.invoices(monthly) == ["paid", "void"]
    assert "We can't take your gift of $5.00" in [letter.subject for letter in desk.open_letters()]


def test_an_invoice_that_asks_another_amount_is_voided(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    item = monthly_desk.subscription(monthly)["items"]["data"][0]
    desk.sandbox.post(
        f"/v1/subscriptions/{monthly.subscription_id}",
        {
            "items[0][id]": item["id"],
            "items[0][price_data][currency]": "usd",
            "items[0][price_data][product]": item["price"]["product"],
            "items[0][price_data][recurring][interval]": "month",
            "items[0][price_data][unit_amount]": "9900",
            "proration_behavior": "none",
        },
    )
    monthly_desk.pass_months()
    assert monthly_desk.states(monthly) == ["captured"]
    assert monthly_desk.invoices(monthly) == ["paid", "void"]
    assert "monthly.strange_invoice" in desk.journal()
    assert monthly_desk.subscription(monthly)["items"]["data"][0]["price"]["unit_amount"] == 500


def test_collection_that_somebody_set_going_at_stripe_is_stopped_again(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    desk.sandbox.post(f"/v1/subscriptions/{monthly.subscription_id}", {"pause_collection": ""})
    monthly_desk.deliver()
    monthly_desk.work()
    assert monthly_desk.subscription(monthly)["pause_collection"]["behavior"] == "keep_as_draft"


def test_a_subscription_that_was_cancelled_at_stripe_is_over_here_too(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin()
    monthly_desk.desk.gateway.monthly.end(monthly.subscription_id or "", idempotency_key=str(uuid.uuid4()))
    monthly_desk.deliver()
    assert monthly_desk.monthly(monthly.id).end_reason == EndReason.ELSEWHERE
    assert "ended at our payment provider" in monthly_desk.desk.open_letters()[-1].text


def test_a_month_can_be_given_back(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    monthly_desk.pass_months()
    month = monthly_desk.months(monthly)[-1]
    desk.sandbox.post("/v1/refunds", {"payment_intent": month.payment_intent_id or ""})
    monthly_desk.deliver()
    assert monthly_desk.states(monthly) == [GiftState.CAPTURED, GiftState.REFUNDED]
    assert monthly_desk.monthly(monthly.id).state == MonthlyState.ACTIVE


def test_no_money_is_taken_without_a_recorded_allow(monthly_desk: MonthlyDesk) -> None:
    monthly = monthly_desk.begin(monthly_organisation(NEW_GROUP))
    monthly_desk.pass_months(2)
    monthly_desk.entries = (*ENTRIES, NEWCOMER)
    monthly_desk.pass_months(2)
    with monthly_desk.desk.database.transaction() as session:
        unproven = session.execute(
            text(
                "SELECT count(*) FROM gift WHERE captured_minor > 0 AND NOT EXISTS ("
                "SELECT FROM screening WHERE gift_id = gift.id AND outcome = 'allow' "
                "AND stage IN ('after_authorisation', 'renewal'))"
            )
        ).scalar_one()
    assert unproven == 0
    assert monthly_desk.charged(monthly) == sum(
        month.captured_minor for month in monthly_desk.months(monthly)
    )


@pytest.mark.parametrize("route", ["POST /v1/invoices/{}/finalize", "POST /v1/invoices/{}/pay"])
@pytest.mark.parametrize("kind", ["error_before", "error_after", "drop_after"])
def test_a_lost_answer_takes_no_month_twice(monthly_desk: MonthlyDesk, route: str, kind: str) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    monthly_desk.pass_time(MONTH)
    desk.sandbox.fault(route, kind, count=3)
    with suppress(Unavailable):
        monthly_desk.deliver()
    desk.clock.advance(LEASE + timedelta(seconds=1))
    with suppress(Unavailable):
        monthly_desk.work()
    desk.clock.advance(LEASE + timedelta(seconds=1))
    Renewals(journey=monthly_desk.journey).look(monthly.id)
    monthly_desk.work()
    assert monthly_desk.states(monthly) == ["captured", "captured"]
    assert monthly_desk.charged(monthly) == 1000


def test_a_month_is_held_while_the_registers_are_too_old_to_ask(monthly_desk: MonthlyDesk) -> None:
    desk = monthly_desk.desk
    monthly = monthly_desk.begin()
    desk.clock.advance(MONTH)
    desk.sandbox.advance(int(MONTH.total_seconds()))
    monthly_desk.deliver()
    month = monthly_desk.months(monthly)[-1]
    assert (month.state, month.deciding_rule) == (GiftState.HELD, "DS29")
    assert monthly_desk.invoices(monthly) == ["paid", "draft"]


@pytest.mark.parametrize(("currency", "minor"), [("EUR", 500), ("JPY", 1000), ("KWD", 2000)])
def test_months_are_taken_in_the_currency_that_was_chosen(
    monthly_desk: MonthlyDesk, currency: str, minor: int
) -> None:
    form = pledge_of(minor=minor, currency=currency, covers_fee=True, monthly=True)
    monthly = monthly_desk.begin(form)
    monthly_desk.pass_months()
    first, second = monthly_desk.months(monthly)
    assert (second.currency, second.amount_minor, second.fee_cover_minor) == (
        currency,
        form.charged.minor,
        (form.charged - form.amount).minor,
    )
    assert second.captured_minor == first.captured_minor == form.charged.minor
    assert monthly_desk.subscription(monthly)["currency"] == currency.lower()
