"""A register changes and a monthly donor comes into doubt: nothing is charged until a person has decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from factually.accounts.roles import AUDITOR
from factually.donations.monthly.changing import cancel, pause
from factually.donations.monthly.letters import tell_monthly
from factually.donations.monthly.lifecycle import EndReason, MonthlyState
from factually.donations.monthly.models import MonthlyEvent
from factually.donations.rescreening import DoubtRuling, settle_doubt
from factually.foundation.errors import Conflict
from factually.independence.rescreening.models import Remedy
from tests.support.donation_factories import SECOND_FROM
from tests.support.independence_factories import ENTRIES
from tests.support.monthly_desk import monthly_organisation
from tests.support.people import add_person
from tests.support.register_changes import NEW_GROUP, NEWCOMER, rescreen

if TYPE_CHECKING:
    from factually.donations.monthly.models import MonthlyGift
    from tests.support.monthly_desk import MonthlyDesk


@pytest.fixture
def begun(monthly_desk: MonthlyDesk) -> MonthlyGift:
    """An organisation's monthly gift, of which one month is taken."""
    return monthly_desk.begin(monthly_organisation(NEW_GROUP))


def doubt(monthly_desk: MonthlyDesk) -> None:
    """Let the organisation register, and screen past donors again."""
    monthly_desk.entries = (*ENTRIES, NEWCOMER)
    monthly_desk.refresh()
    rescreen(monthly_desk.desk)


def settle(monthly_desk: MonthlyDesk, monthly: MonthlyGift, remedy: Remedy, *, month: int = 0) -> None:
    desk = monthly_desk.desk
    email = f"auditor-{month}@example.org"
    reviewer = add_person(desk.database, AUDITOR, now=desk.clock.now(), email=email)
    ruling = DoubtRuling(
        remedy=remedy, reason="Another body of that name.", reviewer_id=reviewer.id, second_from=SECOND_FROM
    )
    gift = monthly_desk.months(monthly)[month]
    with desk.database.transaction() as session:
        settle_doubt(session, gift.public_id, ruling, keyring=desk.keyring, now=desk.clock.now())


def letters(monthly_desk: MonthlyDesk) -> list[str]:
    """Write the letters that jobs are queued for, and give all subjects."""
    desk = monthly_desk.desk
    with desk.database.transaction() as session:
        for event in session.scalars(
            select(MonthlyEvent).where(MonthlyEvent.fact.in_(("suspended", "cleared")))
        ):
            tell_monthly(session, event, post=desk.post, now=desk.clock.now())
    return [letter.subject for letter in desk.open_letters()]


def test_a_doubt_pauses_what_goes_on(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    doubt(monthly_desk)
    assert monthly_desk.monthly(begun.id).state == MonthlyState.SUSPENDED
    monthly_desk.work()
    assert monthly_desk.subscription(begun)["pause_collection"]["behavior"] == "void"
    assert "We have paused your monthly gift of $5.00" in letters(monthly_desk)
    monthly_desk.pass_months()
    assert monthly_desk.invoices(begun) == ["paid", "void"]
    assert monthly_desk.charged(begun) == 500
    with (
        pytest.raises(Conflict, match="until a person has looked"),
        monthly_desk.desk.database.transaction() as session,
    ):
        pause(session, begun.id, post=monthly_desk.desk.post, step=monthly_desk.step())


def test_a_draft_made_before_the_doubt_is_not_charged(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    monthly_desk.pass_time(timedelta(days=31))
    doubt(monthly_desk)
    monthly_desk.deliver()
    monthly_desk.work()
    assert monthly_desk.states(begun) == ["captured"]
    assert monthly_desk.invoices(begun) == ["paid", "void"]
    assert monthly_desk.charged(begun) == 500


def test_a_month_that_waits_for_its_next_try_waits_for_the_person_as_well(
    monthly_desk: MonthlyDesk, begun: MonthlyGift
) -> None:
    monthly_desk.replace_card(begun, "pm_card_chargeCustomerFail")
    monthly_desk.pass_months()
    monthly_desk.replace_card(begun, "pm_card_visa")
    doubt(monthly_desk)
    monthly_desk.pass_time(timedelta(days=4))
    monthly_desk.work()
    assert monthly_desk.states(begun) == ["captured", "authorised"]
    assert monthly_desk.charged(begun) == 500
    for month in range(2):
        settle(monthly_desk, begun, Remedy.KEEP, month=month)
    monthly_desk.work()
    # Keeping what was taken clears no money that was not: that month is left out, and the next ones come.
    assert monthly_desk.states(begun) == ["captured", "expired"]
    assert monthly_desk.monthly(begun.id).state == MonthlyState.ACTIVE
    assert monthly_desk.charged(begun) == 500


def test_a_person_who_keeps_the_money_lets_it_go_on(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    doubt(monthly_desk)
    later = monthly_desk.begin()
    settle(monthly_desk, begun, Remedy.KEEP)
    monthly_desk.work()
    assert monthly_desk.monthly(begun.id).state == MonthlyState.ACTIVE
    assert "cleared" not in monthly_desk.facts(later)
    assert monthly_desk.subscription(begun)["pause_collection"]["behavior"] == "keep_as_draft"
    assert "Your monthly gift of $5.00 goes on" in letters(monthly_desk)


def test_it_goes_on_once_no_month_is_in_doubt_any_more(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    monthly_desk.pass_months()
    doubt(monthly_desk)
    settle(monthly_desk, begun, Remedy.KEEP, month=0)
    assert monthly_desk.monthly(begun.id).state == MonthlyState.SUSPENDED
    settle(monthly_desk, begun, Remedy.KEEP, month=1)
    assert monthly_desk.monthly(begun.id).state == MonthlyState.ACTIVE


def test_money_that_goes_back_ends_it(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    doubt(monthly_desk)
    settle(monthly_desk, begun, Remedy.RETURN)
    monthly_desk.work()
    assert monthly_desk.monthly(begun.id).end_reason == EndReason.REFUSED
    assert monthly_desk.subscription(begun)["status"] == "canceled"


def test_a_donors_own_pause_outlasts_the_doubt(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    with monthly_desk.desk.database.transaction() as session:
        pause(session, begun.id, post=monthly_desk.desk.post, step=monthly_desk.step())
    doubt(monthly_desk)
    settle(monthly_desk, begun, Remedy.KEEP)
    assert monthly_desk.monthly(begun.id).state == MonthlyState.PAUSED


def test_a_suspended_gift_can_be_cancelled(monthly_desk: MonthlyDesk, begun: MonthlyGift) -> None:
    doubt(monthly_desk)
    with monthly_desk.desk.database.transaction() as session:
        cancel(session, begun.id, post=monthly_desk.desk.post, step=monthly_desk.step())
    settle(monthly_desk, begun, Remedy.KEEP)
    assert monthly_desk.monthly(begun.id).end_reason == EndReason.CANCELLED
