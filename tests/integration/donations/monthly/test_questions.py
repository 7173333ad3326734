"""A bank that asks for its cardholder: one letter for each question, and a page on which it is answered."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.accounts.roles import AUDITOR
from factually.donations.lifecycle import GiftState
from factually.donations.monthly.lifecycle import EndReason, MonthlyState
from factually.donations.monthly.suspending import suspend
from factually.donations.monthly.terms import DONOR_STAYS, FIRST_MONTH_OPEN, RETRY_AFTER
from factually.donations.progress import lock_gift
from factually.donations.reviewing import Ruling, review_gift
from factually.independence.results import Verdict
from tests.support.donation_factories import SHARED_NAME, THREE_D_SECURE, pledge_of
from tests.support.monthly_desk import monthly_organisation
from tests.support.people import add_person

if TYPE_CHECKING:
    from factually.donations.models import Gift
    from factually.donations.pledges import Pledge
    from factually.mail.letters import Letter
    from tests.support.monthly_desk import MonthlyDesk


def begin(monthly_desk: MonthlyDesk, form: Pledge) -> Gift:
    """Give with a card whose bank asks at each charge; what it asked when the card was saved is answered."""
    desk = monthly_desk.desk
    gift = desk.pledge(form)
    saving = desk.journey.confirm(gift.public_id, desk.token(THREE_D_SECURE))
    desk.authenticate(saving.client_secret or "", passed=True)
    desk.journey.settle(gift.id)
    return desk.gift(gift.id)


def answer(monthly_desk: MonthlyDesk, month: Gift, *, passed: bool) -> None:
    """Answer the bank as the donor does on the page, and look again."""
    secret = monthly_desk.journey.settle(month.id).client_secret
    assert secret is not None
    monthly_desk.desk.authenticate(secret, passed=passed)
    monthly_desk.journey.settle(month.id)


def last_letter(monthly_desk: MonthlyDesk) -> Letter:
    return monthly_desk.desk.open_letters()[-1]


@pytest.fixture
def accepted(monthly_desk: MonthlyDesk) -> Gift:
    """A first month that an auditor accepted while its donor was away."""
    desk = monthly_desk.desk
    gift = begin(monthly_desk, monthly_organisation(SHARED_NAME))
    reviewer = add_person(desk.database, AUDITOR, now=desk.clock.now())
    ruling = Ruling(verdict=Verdict.ACCEPT, reason="Another body of that name.", reviewer_id=reviewer.id)
    with desk.database.transaction() as session:
        review_gift(session, gift.public_id, ruling, keyring=desk.keyring, now=desk.clock.now())
    monthly_desk.work()
    return desk.gift(gift.id)


@pytest.fixture
def renewal(monthly_desk: MonthlyDesk) -> Gift:
    """A second month about which the bank asks."""
    monthly = monthly_desk.begin()
    monthly_desk.replace_card(monthly, THREE_D_SECURE)
    monthly_desk.pass_months()
    return monthly_desk.months(monthly)[-1]


def test_an_accepted_first_month_is_asked_about_once_by_letter(
    monthly_desk: MonthlyDesk, accepted: Gift
) -> None:
    monthly = monthly_desk.of(accepted)
    assert (accepted.state, monthly.state) == (GiftState.HELD, MonthlyState.PAST_DUE)
    letter = last_letter(monthly_desk)
    assert letter.subject == "Please confirm your monthly gift of $5.00 with your bank"
    assert re.search(rf"/monthly/{monthly.public_id}/\S+/bank\n", letter.text)
    assert f"/monthly/{monthly.public_id}/" in letter.html
    until = monthly_desk.desk.clock.now() + FIRST_MONTH_OPEN
    assert f"Please do so by {until:%Y-%m-%d, %H:%M} UTC" in letter.text
    monthly_desk.deliver()
    monthly_desk.work()
    assert monthly_desk.desk.letters() == ["gift-held", "monthly-news"]
    assert monthly_desk.charged(monthly) == 0


def test_a_first_month_that_its_donor_confirms_is_taken(monthly_desk: MonthlyDesk, accepted: Gift) -> None:
    answer(monthly_desk, accepted, passed=True)
    monthly_desk.work()
    monthly = monthly_desk.of(accepted)
    assert (monthly_desk.states(monthly), monthly.state) == (["captured"], MonthlyState.ACTIVE)
    assert monthly_desk.subscription(monthly)["pause_collection"]["behavior"] == "keep_as_draft"
    assert monthly_desk.charged(monthly) == 500


def test_a_first_month_that_is_not_confirmed_never_begins(monthly_desk: MonthlyDesk, accepted: Gift) -> None:
    monthly_desk.pass_time(timedelta(hours=24))
    monthly_desk.deliver()
    monthly_desk.work()
    monthly = monthly_desk.of(accepted)
    assert monthly.state == MonthlyState.ENDED
    assert (monthly_desk.states(monthly), monthly_desk.charged(monthly)) == (["expired"], 0)


def test_a_first_month_whose_donor_does_not_pass_ends_with_a_letter(
    monthly_desk: MonthlyDesk, accepted: Gift
) -> None:
    answer(monthly_desk, accepted, passed=False)
    assert monthly_desk.of(accepted).end_reason == EndReason.CARD_FAILED
    assert "we have stopped trying" in last_letter(monthly_desk).text


def test_who_gives_at_this_moment_is_asked_by_the_page_and_written_to_once_they_left(
    monthly_desk: MonthlyDesk,
) -> None:
    desk = monthly_desk.desk
    gift = begin(monthly_desk, pledge_of(monthly=True))
    monthly_desk.deliver()
    assert desk.letters() == []
    desk.clock.advance(DONOR_STAYS)
    monthly_desk.work()
    assert desk.letters() == ["monthly-news"]
    answer(monthly_desk, gift, passed=True)
    assert desk.gift(gift.id).state == GiftState.CAPTURED


def test_a_renewal_that_its_bank_asks_about_is_taken_once_confirmed(
    monthly_desk: MonthlyDesk, renewal: Gift
) -> None:
    asked = monthly_desk.of(renewal)
    assert (asked.state, asked.failures) == (MonthlyState.PAST_DUE, 1)
    letter = last_letter(monthly_desk)
    assert asked.retry_at is not None
    assert f"we ask your bank again on {asked.retry_at:%Y-%m-%d}" in letter.text
    assert "/bank" in letter.html
    answer(monthly_desk, renewal, passed=True)
    again = monthly_desk.of(renewal)
    assert (again.state, again.failures, again.retry_at) == (MonthlyState.ACTIVE, 0, None)
    assert monthly_desk.states(again) == ["captured", "captured"]
    assert monthly_desk.charged(again) == 1000


def test_a_renewal_whose_donor_does_not_pass_is_tried_again_on_its_day(
    monthly_desk: MonthlyDesk, renewal: Gift
) -> None:
    asked = monthly_desk.of(renewal)
    answer(monthly_desk, renewal, passed=False)
    monthly_desk.deliver()
    monthly_desk.work()
    assert monthly_desk.facts(asked)[-2:] == ["bank_asked", "charge_failed"]
    assert last_letter(monthly_desk).subject == "Your card did not pay your monthly gift of $5.00"
    again = monthly_desk.of(renewal)
    assert (again.failures, again.retry_at) == (asked.failures, asked.retry_at)
    monthly_desk.pass_time(RETRY_AFTER[0])
    monthly_desk.deliver()
    monthly_desk.work()
    assert monthly_desk.facts(asked)[-1] == "bank_asked"
    assert monthly_desk.of(renewal).failures == 2


def test_nobody_is_led_to_their_bank_while_a_doubt_waits_for_a_person(
    monthly_desk: MonthlyDesk, renewal: Gift
) -> None:
    with monthly_desk.desk.database.transaction() as session:
        suspend(session, lock_gift(session, renewal.id), step=monthly_desk.step())
    assert monthly_desk.journey.settle(renewal.id).client_secret is None
    assert monthly_desk.charged(monthly_desk.of(renewal)) == 500
