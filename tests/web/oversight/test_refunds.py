"""Giving money back at the desk: the form, the second person, the list, and who may do what."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.donations.lifecycle import GiftState
from factually.foundation.crypto import ERASED
from factually.foundation.money import Money
from tests.support.donation_factories import pledge_of
from tests.support.oversight_desk import CANARY, plain, show
from tests.support.refunds import WHY, ask, dispute, refund_at_sandbox, refunds, send_refunds

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.accounts.models import Account
    from factually.donations.models import Gift
    from factually.foundation.database import Database
    from tests.support.oversight_desk import OversightDesk


def read(browser: FlaskClient, path: str) -> str:
    answer = browser.get(f"/oversight/{path}")
    assert answer.status_code == 200
    return plain(answer.text)


def give_back(browser: FlaskClient, gift: Gift, **changes: str) -> tuple[int, str]:
    sent = {"amount": "5", "reason": WHY, "key": str(uuid.uuid4()), **changes}
    answer = browser.post(f"/oversight/gifts/{gift.public_id}/refund", data=sent)
    return answer.status_code, plain(answer.text) if answer.status_code != 303 else ""


def judge(browser: FlaskClient, refund_id: uuid.UUID, judgement: str) -> tuple[int, str]:
    answer = browser.post(f"/oversight/refunds/{refund_id}", data={"judgement": judgement})
    return answer.status_code, plain(answer.text) if answer.status_code != 303 else ""


def waiting_refund(desk: OversightDesk, asker: Account) -> tuple[Gift, uuid.UUID]:
    gift = desk.captured_gift()
    return gift, ask(desk.giving, gift, asker, second_from=Money(1, "USD"))


def test_with_nothing_given_back_the_list_says_so(desk: OversightDesk, browser: FlaskClient) -> None:
    desk.captured_gift()
    assert "Nothing was ever given back" in read(browser, "refunds")


def test_the_form_tells_what_is_left_and_names_no_donor(desk: OversightDesk, browser: FlaskClient) -> None:
    gift = desk.captured_gift()
    page = read(browser, f"gifts/{gift.public_id}/refund")
    assert "$5.00 was taken, and $5.00 of it can still go back." in page
    assert "From $200.00 on, all refunds of this gift together, a second person has to approve." in page
    assert CANARY.name not in page


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [(500, "EUR", "From €160.00 on"), (500, "JPY", "From ¥24,999 on"), (5_000, "KWD", "From KWD 58.830 on")],
)
def test_the_form_tells_in_the_gifts_currency_from_when_on_two_people_decide(
    desk: OversightDesk, browser: FlaskClient, minor: int, currency: str, said: str
) -> None:
    gift = desk.giving.give(pledge_of(minor=minor, currency=currency))
    page = read(browser, f"gifts/{gift.public_id}/refund")
    assert f"{said}, all refunds of this gift together, a second person has to approve." in page


def test_a_double_click_gives_money_back_once_and_shows_it(desk: OversightDesk, browser: FlaskClient) -> None:
    gift = desk.captured_gift()
    key = str(uuid.uuid4())
    assert [give_back(browser, gift, amount="$2", key=key)[0] for _ in range(2)] == [303, 303]
    [refund] = refunds(desk.giving)
    assert [made["amount"] for made in refund_at_sandbox(desk.giving, gift)] == [200]
    page = read(browser, f"refunds/{refund.id}")
    assert "$2.00 ✓ Given back" in page
    assert WHY in page
    assert "Auditor, November" in page
    assert "✓ Given back Asked for here $2.00" in read(browser, "refunds")
    case = show(browser, gift)
    assert "Auditor asked for a refund." in case
    assert "A refund was made." in case
    assert "that money was given back" in case


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": "5.01"}, "Enter an amount up to $5.00"),
        ({"amount": "0"}, "Enter an amount up to $5.00"),
        ({"amount": "a lot"}, "Enter an amount in dollars"),
        ({"amount": ""}, "Enter an amount."),
        ({"reason": "short"}, "Give your reason in 10"),
        ({"key": "no key"}, "Please reload the page"),
    ],
)
def test_a_form_that_is_wrong_says_where_and_gives_nothing_back(
    desk: OversightDesk, browser: FlaskClient, changes: dict[str, str], said: str
) -> None:
    status, page = give_back(browser, desk.captured_gift(), **changes)
    assert status == 422
    assert said in page
    assert refunds(desk.giving) == []


def test_a_gift_that_a_bank_disputes_says_why_it_can_not_be_given_back(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = desk.captured_gift()
    dispute(desk.giving, gift)
    assert "refuses a refund beside a dispute" in read(browser, f"gifts/{gift.public_id}/refund")
    status, page = give_back(browser, gift)
    assert status == 409
    assert "The refund was not recorded" in page


def test_a_held_gift_has_nothing_to_give_back(desk: OversightDesk, browser: FlaskClient) -> None:
    gift = desk.held_gift()
    assert "A hold that was released is no refund." in read(browser, f"gifts/{gift.public_id}/refund")
    assert "Give money back" not in show(browser, gift)
    assert give_back(browser, gift)[0] == 409


def test_without_an_answer_of_stripe_the_refund_is_on_its_way(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = desk.captured_gift()
    desk.giving.sandbox.fault("POST /v1/refunds", "error_before", count=3)
    assert give_back(browser, gift)[0] == 303
    [refund] = refunds(desk.giving)
    assert "On its way" in read(browser, f"refunds/{refund.id}")
    send_refunds(desk.giving)
    assert desk.giving.gift(gift.id).state == GiftState.REFUNDED


def test_whoever_asked_can_not_approve_and_another_person_can(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    gift, refund_id = waiting_refund(desk, auditor)
    page = read(browser, f"refunds/{refund_id}")
    assert "another auditor approves or declines it" in page
    assert "Approve:" not in page
    assert "You asked for it; another person decides." in read(browser, "refunds")
    status, page = judge(browser, refund_id, "approve")
    assert status == 403
    assert "Another person has to approve it." in page
    second = desk.signed_in(desk.person(name="second"))
    assert "Approve: give back $5.00" in read(second, f"refunds/{refund_id}")
    assert "One refund waits for a second person" in read(second, "refunds")
    assert [judge(second, refund_id, "approve")[0] for _ in range(2)] == [303, 409]
    assert desk.giving.gift(gift.id).state == GiftState.REFUNDED
    assert re.search("Approved by Auditor, November", read(second, f"refunds/{refund_id}"))


def test_a_declined_refund_says_so(desk: OversightDesk, auditor: Account) -> None:
    _, refund_id = waiting_refund(desk, auditor)
    second = desk.signed_in(desk.person(name="second"))
    assert judge(second, refund_id, "decline")[0] == 303
    page = read(second, f"refunds/{refund_id}")
    assert "The second person declined it" in page
    assert "Declined by Auditor" in page
    assert judge(second, refund_id, "burn")[0] == 422


def test_a_refund_that_came_back_asks_for_a_person(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    gift = desk.captured_gift()
    ask(desk.giving, gift, auditor)
    send_refunds(desk.giving)
    [made] = refund_at_sandbox(desk.giving, gift)
    desk.giving.sandbox.force(f"refunds/{made['id']}", {"status": "failed"})
    desk.giving.journey.settle(gift.id)
    assert "One refund did not arrive" in read(browser, "refunds")
    [refund] = refunds(desk.giving)
    page = read(browser, f"refunds/{refund.id}")
    assert "The money is with us again" in page
    assert "What to do: agree with the donor on another way" in page
    assert "Open the gift Ask for a refund again" in page
    assert "Give money back" in show(browser, gift)
    desk.giving.clock.advance(timedelta(minutes=1))
    ask(desk.giving, gift, auditor)
    assert "another refund of the gift was asked for since" in read(browser, f"refunds/{refund.id}")
    shown = read(browser, "refunds")
    assert "did not arrive" not in shown.partition("Refunds, those that wait for a person first")[0]
    assert "Asked for again since." in shown


def test_a_refund_that_waits_for_the_donor_says_so(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    gift = desk.giving.give(card="pm_card_pendingRefund")
    refund_id = ask(desk.giving, gift, auditor)
    send_refunds(desk.giving)
    [made] = refund_at_sandbox(desk.giving, gift)
    desk.giving.sandbox.force(f"refunds/{made['id']}", {"status": "requires_action"})
    desk.giving.journey.settle(gift.id)
    assert "The donor has to answer" in read(browser, f"refunds/{refund_id}")


def test_a_refund_made_elsewhere_and_one_not_accepted_say_so(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    gift = desk.captured_gift()
    ours = ask(desk.giving, gift, auditor)
    desk.giving.sandbox.client().v1.refunds.create({"payment_intent": gift.payment_intent_id or ""})
    send_refunds(desk.giving)
    foreign = next(refund for refund in refunds(desk.giving) if refund.id != ours)
    assert "nobody gave a reason" in read(browser, f"refunds/{foreign.id}")
    assert "charge already refunded" in read(browser, f"refunds/{ours}")


def test_an_altered_reason_is_shown_as_altered(
    desk: OversightDesk, browser: FlaskClient, auditor: Account, owner_database: Database
) -> None:
    _, refund_id = waiting_refund(desk, auditor)
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE refund DISABLE TRIGGER guard_refund"))
        session.execute(text("UPDATE refund SET reason = decode(repeat('00', 60), 'hex')"))
    assert "The stored reason does not open" in read(browser, f"refunds/{refund_id}")


@pytest.mark.parametrize("address", ["refunds/none", f"refunds/{uuid.UUID(int=1)}", "gifts/none/refund"])
def test_what_does_not_exist_is_not_found(browser: FlaskClient, address: str) -> None:
    assert browser.get(f"/oversight/{address}").status_code == 404


def test_each_act_needs_a_token_of_ours(desk: OversightDesk, browser: FlaskClient, auditor: Account) -> None:
    gift, refund_id = waiting_refund(desk, auditor)
    desk.app.config["WTF_CSRF_ENABLED"] = True
    assert give_back(browser, gift)[0] == 400
    assert browser.post(f"/oversight/refunds/{refund_id}").status_code == 400


def test_an_erased_reason_is_no_tampering(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    _, refund_id = waiting_refund(desk, auditor)
    with desk.giving.database.transaction() as session:
        session.execute(text("INSERT INTO gift_erasure SELECT id, now(), now() FROM gift"))
        session.execute(text("UPDATE refund SET reason = :erased"), {"erased": ERASED})
    page = read(browser, f"refunds/{refund_id}")
    assert "erased with the donor's data" in page
    assert "altered" not in page
