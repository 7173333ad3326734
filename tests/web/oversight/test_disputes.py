"""Disputes at the desk: what is due first, the one answer, and early fraud warnings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.audit.journal import SYSTEM
from factually.donations.disputes.following import follow_warnings
from factually.donations.disputes.models import Dispute
from factually.donations.progress import Step
from factually.foundation.crypto import ERASED
from tests.support.oversight_desk import CANARY, plain, show
from tests.support.refunds import ask, decide, dispute, send_refunds

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.accounts.models import Account
    from factually.donations.models import Gift
    from factually.foundation.database import Database
    from tests.support.oversight_desk import OversightDesk

ANSWER = "The donor gave on our page and confirmed it by their bank's own question."


def read(browser: FlaskClient, path: str) -> str:
    answer = browser.get(f"/oversight/{path}")
    assert answer.status_code == 200
    return plain(answer.text)


def send(browser: FlaskClient, dispute_id: str, said: str = ANSWER) -> tuple[int, str]:
    answer = browser.post(f"/oversight/disputes/{dispute_id}", data={"text": said})
    return answer.status_code, plain(answer.text) if answer.status_code != 303 else ""


def warned_gift(desk: OversightDesk) -> Gift:
    gift = desk.captured_gift()
    desk.giving.sandbox.force("early_fraud_warnings", {"charge": gift.charge_id})
    found = desk.giving.gateway.warnings(gift.charge_id or "")
    with desk.giving.database.transaction() as session:
        follow_warnings(session, gift.id, found, step=Step(SYSTEM, desk.giving.clock.now()))
    return gift


def test_without_disputes_the_page_says_so(browser: FlaskClient) -> None:
    page = read(browser, "disputes")
    assert "No bank disputes a gift" in page
    assert "No card network has warned of a payment." in page


def test_what_waits_for_us_comes_before_what_the_bank_decides(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    ended, inquired, disputed = (desk.captured_gift() for _ in range(3))
    decide(desk.giving, ended, dispute(desk.giving, ended), "lost")
    dispute(desk.giving, inquired, inquiry=True)
    dispute(desk.giving, disputed)
    page = read(browser, "disputes")
    places = [page.index(gift.public_id[:8]) for gift in (disputed, inquired, ended)]
    assert places == sorted(places)
    assert "The bank waits for us" in page
    assert "Inquiry: answer it" in page
    assert CANARY.name not in page


def test_the_answer_is_sent_once_with_its_receipt_and_shown(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = desk.captured_gift()
    dispute_id = dispute(desk.giving, gift)
    page = read(browser, f"disputes/{dispute_id}")
    assert "To answer in" in page
    assert "RECEIPT" in page
    assert CANARY.name not in page
    assert [send(browser, dispute_id)[0] for _ in range(2)] == [303, 409]
    page = read(browser, f"disputes/{dispute_id}")
    assert "The bank decides" in page
    assert "Sent to the bank" in page
    assert ANSWER in page
    assert "Auditor answered the dispute." in show(browser, gift)


def test_without_an_answer_of_stripe_ours_is_on_its_way(desk: OversightDesk, browser: FlaskClient) -> None:
    dispute_id = dispute(desk.giving, desk.captured_gift())
    desk.giving.sandbox.fault("POST /v1/disputes/{}", "error_before", count=3)
    assert send(browser, dispute_id)[0] == 303
    assert "On its way to the bank" in read(browser, f"disputes/{dispute_id}")


@pytest.mark.parametrize(("said", "told"), [("", "Write what the bank"), ("too short", "Write 30 to 10,000")])
def test_an_answer_that_is_none_is_told(
    desk: OversightDesk, browser: FlaskClient, said: str, told: str
) -> None:
    status, page = send(browser, dispute(desk.giving, desk.captured_gift()), said)
    assert status == 422
    assert told in page


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("won", "The bank decided for us"),
        ("lost", "The bank decided against us"),
        ("warning_closed", "No money was taken."),
    ],
)
def test_an_ended_dispute_says_how(
    desk: OversightDesk, browser: FlaskClient, outcome: str, said: str
) -> None:
    gift = desk.captured_gift()
    dispute_id = dispute(desk.giving, gift, inquiry=outcome == "warning_closed")
    decide(desk.giving, gift, dispute_id, outcome)
    page = read(browser, f"disputes/{dispute_id}")
    assert said in page
    assert "We sent no answer." in page


def test_after_its_day_no_form_is_shown(desk: OversightDesk, auditor: Account) -> None:
    dispute_id = dispute(desk.giving, desk.captured_gift())
    # The bank's day is counted from the real one.
    with desk.giving.database.transaction() as session:
        due_by = session.get_one(Dispute, dispute_id).due_by
    assert due_by is not None
    desk.giving.clock.advance(due_by - desk.giving.clock.now() + timedelta(seconds=1))
    browser = desk.signed_in(auditor)
    assert "Time is up" in read(browser, f"disputes/{dispute_id}")
    assert send(browser, dispute_id)[0] == 409
    assert "overdue" in read(browser, "disputes")


def test_an_inquiry_can_also_be_ended_by_giving_the_money_back(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = desk.captured_gift()
    assert "give the money back" in read(browser, f"disputes/{dispute(desk.giving, gift, inquiry=True)}")


def test_a_warning_proposes_a_refund_until_one_is_asked_for_and_says_when_it_was_made(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    gift = warned_gift(desk)
    page = read(browser, "disputes")
    assert "No reason given" in page
    assert f"Give back gift {gift.public_id[:8]}" in page
    case = show(browser, gift)
    assert "The card's network warns of this payment" in case
    assert case.count("Give money back") == 1
    assert "warned that the payment may be fraud" in case
    ask(desk.giving, gift, auditor)
    assert "Nothing to do A refund is under way. $5.00" in read(browser, "disputes")
    assert "The card's network warns of this payment" not in show(browser, gift)
    send_refunds(desk.giving)
    assert "✓ Given back $0.00" in read(browser, "disputes")


def test_a_warning_that_a_refund_can_not_answer_any_more_says_so(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = warned_gift(desk)
    with desk.giving.database.transaction() as session:
        session.execute(text("UPDATE fraud_warning SET actionable = false"))
    assert "Nothing to do A refund can no longer prevent a dispute." in read(browser, "disputes")
    assert "The card's network warns of this payment" not in show(browser, gift)


def test_an_altered_answer_is_shown_as_altered(
    desk: OversightDesk, browser: FlaskClient, owner_database: Database
) -> None:
    dispute_id = dispute(desk.giving, desk.captured_gift())
    send(browser, dispute_id)
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE dispute_answer DISABLE TRIGGER guard_dispute_answer"))
        session.execute(text("UPDATE dispute_answer SET text = decode(repeat('00', 60), 'hex')"))
    assert "The stored answer does not open" in read(browser, f"disputes/{dispute_id}")


def test_a_dispute_that_is_none_is_not_found_and_an_answer_needs_a_token(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    assert browser.get("/oversight/disputes/du_none").status_code == 404
    assert send(browser, "du_none")[0] == 404
    desk.app.config["WTF_CSRF_ENABLED"] = True
    assert browser.post("/oversight/disputes/du_none").status_code == 400


def test_an_erased_answer_is_no_tampering(desk: OversightDesk, browser: FlaskClient) -> None:
    dispute_id = dispute(desk.giving, desk.captured_gift())
    send(browser, dispute_id)
    with desk.giving.database.transaction() as session:
        session.execute(text("INSERT INTO gift_erasure SELECT id, now(), now() FROM gift"))
        session.execute(
            text("UPDATE gift SET donor_name = :erased, donor_email = :erased"), {"erased": ERASED}
        )
        session.execute(text("UPDATE dispute_answer SET text = :erased"), {"erased": ERASED})
    page = read(browser, f"disputes/{dispute_id}")
    assert "erased with the donor's data" in page
    assert "altered" not in page
