"""Money already taken, now in doubt: the list with its clock, one gift's page, and what a person decides."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.independence.registers.entries import Entry
from factually.independence.rescreening.running import (
    rescreen_everyone,
    rescreen_under_engine,
    rescreen_under_policy,
)
from tests.support.oversight_desk import CANARY, organisation, plain, show
from tests.support.refunds import send_refunds
from tests.support.register_changes import NEW_GROUP, NEWCOMER, change_register, rescreen, run_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.accounts.models import Account
    from factually.donations.models import Gift
    from factually.foundation.database import Database
from tests.support.oversight_desk import OversightDesk

REASON = "The committee took its name from another body."


def gift_in_doubt(desk: OversightDesk) -> Gift:
    gift = desk.giving.give(organisation(NEW_GROUP))
    change_register(desk.giving, NEWCOMER)
    rescreen(desk.giving)
    return gift


def doubts(browser: FlaskClient) -> str:
    answer = browser.get("/oversight/doubts")
    assert answer.status_code == 200
    return plain(answer.text)


def doubt(browser: FlaskClient, gift: Gift) -> str:
    answer = browser.get(f"/oversight/doubts/{gift.public_id}")
    assert answer.status_code == 200
    return plain(answer.text)


def decide(browser: FlaskClient, gift: Gift, remedy: str, reason: str = REASON) -> tuple[int, str]:
    answer = browser.post(f"/oversight/doubts/{gift.public_id}", data={"remedy": remedy, "reason": reason})
    return answer.status_code, plain(answer.text) if answer.status_code != 303 else ""


def test_with_nothing_in_doubt_the_page_says_so(desk: OversightDesk, browser: FlaskClient) -> None:
    desk.captured_gift()
    page = doubts(browser)
    assert "No money is in doubt" in page
    assert "No register, no policy and no way of comparing names has changed since the first gift." in page


def test_a_gift_in_doubt_is_listed_with_its_clock_and_without_its_donor(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = gift_in_doubt(desk)
    page = doubts(browser)
    assert f"{gift.public_id[:8]} in 30 days" in page
    assert "Undecided" in page
    assert "DS03" in page
    assert CANARY.name not in page
    assert NEW_GROUP not in page
    assert re.search("1: FEC committees.* ✓ Done", page)


def test_the_oldest_clock_comes_first_and_an_overdue_one_says_so(
    desk: OversightDesk, auditor: Account
) -> None:
    first = gift_in_doubt(desk)
    desk.giving.clock.advance(timedelta(days=29))
    change_register(desk.giving, NEWCOMER)
    second = desk.giving.give(organisation("Prairie Patriots PAC"))
    change_register(desk.giving, NEWCOMER, Entry(key="C00900006", name="PRAIRIE PATRIOTS PAC"))
    rescreen(desk.giving)
    desk.giving.clock.advance(timedelta(days=2))
    page = doubts(desk.signed_in(auditor))
    assert page.index(f"{first.public_id[:8]} overdue") < page.index(f"{second.public_id[:8]} in 28 days")


def test_a_run_under_way_and_one_that_waits_show_how_far_they_are(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    desk.captured_gift()
    change_register(desk.giving, NEWCOMER)
    assert "Waiting asked for" in doubts(browser)
    run_of(desk.giving)
    page = browser.get("/oversight/doubts").text
    assert '<progress value="0" max="2"' in page


def test_a_run_over_all_donors_says_in_plain_words_what_it_is_for(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    desk.captured_gift()
    now = desk.giving.clock.now()
    with desk.giving.database.transaction() as session:
        rescreen_everyone(session, now=now)
        rescreen_under_engine(session, now=now, engine="engine-next")
        rescreen_under_policy(session, now, now=now)
    page = doubts(browser)
    assert "1: all donors, on request" in page
    assert "2: all donors, for a new way of comparing names" in page
    assert "3: all donors, for a new policy" in page


def test_an_unreadable_donor_record_is_reported(desk: OversightDesk, browser: FlaskClient) -> None:
    gift_in_doubt(desk)
    with desk.giving.database.transaction() as session:
        session.execute(text("UPDATE rescreening_partition SET unreadable = 1"))
    assert "Run 1: 1 donor records do not open" in doubts(browser)


def test_the_page_of_a_gift_in_doubt_shows_the_row_and_the_look_is_journalled(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = gift_in_doubt(desk)
    page = doubt(browser, gift)
    assert "$5.00 taken, now in doubt" in page
    assert NEWCOMER.key in page
    assert "The check itself" not in page
    assert "To be given back by" in page
    assert desk.giving.journal()[-1] == "gift.viewed"


def test_a_gift_that_nothing_speaks_against_has_no_such_page(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = desk.captured_gift()
    assert browser.get(f"/oversight/doubts/{gift.public_id}").status_code == 404


def test_the_case_page_leads_to_the_doubt_and_tells_the_history(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = gift_in_doubt(desk)
    assert "What speaks against it" in show(browser, gift)
    decide(browser, gift, "keep")
    page = show(browser, gift)
    assert "Checked again, after a register changed" in page
    assert "The money came into doubt after it was taken." in page
    assert "decided that the money in doubt is kept." in page


def test_money_that_is_kept_leaves_the_list_and_says_by_whom_and_why(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = gift_in_doubt(desk)
    assert decide(browser, gift, "keep")[0] == 303
    assert "No money is in doubt" in doubts(browser)
    page = doubt(browser, gift)
    assert "Kept" in page
    assert "Auditor decided to keep it on November" in page
    assert REASON in page
    assert "Give it back" not in page


def test_money_to_be_given_back_stays_listed_until_it_is_back(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = gift_in_doubt(desk)
    assert decide(browser, gift, "return")[0] == 303
    assert "Goes back" in doubts(browser)
    assert "The refund : on its way" in doubt(browser, gift)
    send_refunds(desk.giving)
    assert "No money is in doubt" in doubts(browser)
    assert "Nothing is left to give back." in doubt(browser, gift)


@pytest.mark.parametrize(
    ("remedy", "reason", "said"),
    [("keep", "short", "Give your reason in 10"), ("burn", REASON, "Choose to keep or to give back.")],
)
def test_a_decision_that_is_not_one_is_told_and_changes_nothing(
    desk: OversightDesk, browser: FlaskClient, remedy: str, reason: str, said: str
) -> None:
    gift = gift_in_doubt(desk)
    status, page = decide(browser, gift, remedy, reason)
    assert status == 422
    assert said in page
    assert "Undecided" in doubts(browser)


def test_a_second_decision_is_refused_and_says_so(desk: OversightDesk, browser: FlaskClient) -> None:
    gift = gift_in_doubt(desk)
    decide(browser, gift, "return")
    status, page = decide(browser, gift, "keep")
    assert status == 409
    assert "Somebody decided before you." in page


def test_altered_evidence_is_shown_as_altered(
    desk: OversightDesk, browser: FlaskClient, owner_database: Database
) -> None:
    gift = gift_in_doubt(desk)
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE screening_finding DISABLE TRIGGER append_only"))
        session.execute(text("UPDATE screening_finding SET detail = '\\\\x01'"))
    assert "The stored evidence does not open" in doubt(browser, gift)
