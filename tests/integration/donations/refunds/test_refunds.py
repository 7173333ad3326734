"""Money given back through the real sandbox: whole and in parts, lost answers, failures, and the books."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factually.donations.aftermath import RefundState
from factually.donations.lifecycle import GiftState
from factually.donations.progress import LEASE
from factually.donations.refunds.asking import judge_refund, least_for_second, left_to_refund
from factually.donations.refunds.sending import queue_unsent
from factually.foundation.crypto import ERASED
from factually.foundation.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from factually.foundation.money import Money
from tests.support.donation_factories import (
    DETAILED,
    SECOND_FROM,
    SHARED_NAME,
    organisation_pledge,
    pledge_of,
)
from tests.support.people import add_person
from tests.support.refunds import ask, decide, dispute, refund_at_sandbox, refunds, send_refunds, sender

if TYPE_CHECKING:
    from factually.accounts.models import Account
    from factually.foundation.database import Database
    from tests.support.donation_factories import GivingDesk

REFUND_ROUTE = "POST /v1/refunds"


@pytest.fixture
def auditor(desk: GivingDesk) -> Account:
    return add_person(desk.database, "auditor", now=desk.clock.now())


@pytest.fixture
def second(desk: GivingDesk) -> Account:
    return add_person(desk.database, "auditor", now=desk.clock.now(), email="second@example.org")


def states(desk: GivingDesk) -> list[str]:
    return [refund.state for refund in refunds(desk)]


def booked(desk: GivingDesk) -> dict[str, int]:
    with desk.database.transaction() as session:
        rows = session.execute(text("SELECT account, sum(amount_minor)::bigint FROM ledger_entry GROUP BY 1"))
        return {account: int(minor) for account, minor in rows if minor}


def judge(desk: GivingDesk, refund_id: uuid.UUID, by: Account, *, approve: bool = True) -> None:
    with desk.database.transaction() as session:
        judge_refund(session, refund_id, approve=approve, judged_by=by.id, now=desk.clock.now())


def test_a_whole_refund_gives_the_money_back_once_and_tells_the_donor(
    desk: GivingDesk, auditor: Account
) -> None:
    gift = desk.give()
    key = uuid.uuid4()
    assert len({ask(desk, gift, auditor, key=key) for _ in range(3)}) == 1
    for _ in range(2):
        send_refunds(desk)
    assert states(desk) == ["succeeded"]
    gift = desk.gift(gift.id)
    assert (gift.state, gift.refunded_minor) == (GiftState.REFUNDED, 500)
    [made] = refund_at_sandbox(desk, gift)
    assert (made["amount"], made["reason"]) == (500, None)
    assert desk.letters() == ["gift-receipt", "refund-made"]
    assert desk.journal()[-2:] == ["refund.requested", "refund.succeeded"]
    assert booked(desk) == {
        "Assets:Stripe:Balance": -45,
        "Expenses:Stripe:ProcessingFees": 45,
        "Income:Gifts": -500,
        "Income:Refunds": 500,
    }


def test_several_parts_of_a_gift_go_back_one_after_another(desk: GivingDesk, auditor: Account) -> None:
    gift = desk.give()
    for minor, state in (
        (200, GiftState.PARTLY_REFUNDED),
        (100, GiftState.PARTLY_REFUNDED),
        (200, GiftState.REFUNDED),
    ):
        ask(desk, gift, auditor, minor)
        send_refunds(desk)
        desk.clock.advance(timedelta(minutes=1))
        assert desk.gift(gift.id).state == state
    assert [made["amount"] for made in refund_at_sandbox(desk, desk.gift(gift.id))] == [200, 100, 200]
    assert desk.letters().count("refund-made") == 3
    with pytest.raises(Conflict, match="Nothing of this gift is left"):
        ask(desk, gift, auditor, 1)


@pytest.mark.parametrize(
    ("paid", "back"), [(Money(3_000, "JPY"), 1_000), (Money(7_500, "KWD"), 2_510), (Money(750, "EUR"), 1)]
)
def test_a_part_goes_back_in_the_currency_that_was_given(
    desk: GivingDesk, auditor: Account, paid: Money, back: int
) -> None:
    gift = desk.give(pledge_of(minor=paid.minor, currency=paid.currency))
    ask(desk, gift, auditor, minor=back)
    send_refunds(desk)
    assert states(desk) == ["succeeded"]
    gift = desk.gift(gift.id)
    assert (gift.state, gift.refunded_minor) == (GiftState.PARTLY_REFUNDED, back)
    told = str(Money(back, paid.currency))
    assert f"We have given back {told}" in {letter.subject for letter in desk.open_letters()}


@pytest.mark.parametrize(
    ("most_alone", "least_together"),
    [
        (Money(15_999, "EUR"), Money(16_000, "EUR")),
        (Money(24_998, "JPY"), Money(24_999, "JPY")),
        (Money(58_820, "KWD"), Money(58_830, "KWD")),
    ],
)
def test_a_refund_needs_a_second_person_by_what_it_counts_as_in_dollars(
    desk: GivingDesk, auditor: Account, most_alone: Money, least_together: Money
) -> None:
    currency = most_alone.currency
    for refund in (most_alone, least_together):
        gift = desk.give(pledge_of(minor=least_together.minor, currency=currency, donor=DETAILED))
        ask(desk, gift, auditor, minor=refund.minor)
    waiting = {refund.amount_minor: refund.needs_second for refund in refunds(desk)}
    assert waiting == {most_alone.minor: False, least_together.minor: True}
    assert least_for_second(SECOND_FROM, currency) == least_together


def test_a_fils_can_not_go_back_alone(desk: GivingDesk, auditor: Account) -> None:
    gift = desk.give(pledge_of(minor=7_500, currency="KWD"))
    with pytest.raises(InvalidInput, match="banks know nothing smaller"):
        ask(desk, gift, auditor, minor=1)


def test_what_is_on_its_way_can_not_be_given_back_again(desk: GivingDesk, auditor: Account) -> None:
    gift = desk.give()
    ask(desk, gift, auditor, 300)
    with pytest.raises(InvalidInput, match=r"up to \$2.00") as refused:
        ask(desk, gift, auditor, 201)
    assert refused.value.field == "amount"
    with pytest.raises(InvalidInput, match="Give your reason"):
        ask(desk, gift, auditor, 100, reason="short")
    with desk.database.transaction() as session:
        assert left_to_refund(session, gift) == Money(200, "USD")


def test_a_released_hold_is_no_refund_and_has_nothing_to_give_back(
    desk: GivingDesk, auditor: Account
) -> None:
    gift = desk.give(organisation_pledge(SHARED_NAME))
    desk.sandbox.post(f"/v1/payment_intents/{gift.payment_intent_id}/cancel", {})
    desk.journey.settle(gift.id)
    gift = desk.gift(gift.id)
    assert (gift.state, gift.captured_minor, gift.refunded_minor) == (GiftState.EXPIRED, 0, 0)
    assert [made["amount"] for made in refund_at_sandbox(desk, gift)] == [500]
    assert refunds(desk) == []
    assert booked(desk) == {}
    with pytest.raises(Conflict, match="Nothing of this gift is left"):
        ask(desk, gift, auditor)


@pytest.mark.parametrize("fault", ["error_after", "error_before", "drop_after", "rate_limit"])
def test_a_lost_answer_never_gives_money_back_twice(desk: GivingDesk, auditor: Account, fault: str) -> None:
    gift = desk.give()
    refund_id = ask(desk, gift, auditor, 200)
    desk.sandbox.fault(REFUND_ROUTE, fault, count=1 if fault == "rate_limit" else 3)
    with suppress(Unavailable):
        sender(desk).send(refund_id)
    desk.clock.advance(LEASE)
    sender(desk).send(refund_id)
    assert states(desk) == ["succeeded"]
    assert [made["amount"] for made in refund_at_sandbox(desk, desk.gift(gift.id))] == [200]


def test_two_processes_send_one_refund_once(desk: GivingDesk, auditor: Account) -> None:
    gift = desk.give()
    refund_id = ask(desk, gift, auditor)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: sender(desk).send(refund_id), range(8)))
    sender(desk).send(refund_id)
    assert states(desk) == ["succeeded"]
    assert len(refund_at_sandbox(desk, desk.gift(gift.id))) == 1


def test_a_refund_nobody_sends_is_queued_again(desk: GivingDesk, auditor: Account) -> None:
    ask(desk, desk.give(), auditor)
    with desk.database.transaction() as session:
        assert queue_unsent(session, now=desk.clock.now()) == 0
        assert queue_unsent(session, now=desk.clock.now() + LEASE) == 1


def test_a_refund_that_fails_later_comes_back_and_can_be_made_again(
    desk: GivingDesk, auditor: Account
) -> None:
    gift = desk.give()
    ask(desk, gift, auditor)
    send_refunds(desk)
    [made] = refund_at_sandbox(desk, desk.gift(gift.id))
    desk.sandbox.force(f"refunds/{made['id']}", {"status": "failed"})
    for _ in range(2):
        desk.journey.settle(gift.id)
    gift = desk.gift(gift.id)
    assert (gift.state, gift.refunded_minor) == (GiftState.CAPTURED, 0)
    [refund] = refunds(desk)
    assert (refund.state, refund.problem) == (RefundState.FAILED, "lost_or_stolen_card")
    assert sorted(desk.letters()) == ["gift-receipt", "refund-failed", "refund-made"]
    assert "Income:Refunds" not in booked(desk)
    desk.clock.advance(timedelta(minutes=1))
    ask(desk, gift, auditor)
    send_refunds(desk)
    assert states(desk) == ["failed", "succeeded"]
    assert desk.gift(gift.id).state == GiftState.REFUNDED
    assert desk.facts(gift.id)[-3:] == ["refunded", "refund_failed", "refunded"]


def test_one_of_two_parts_that_fails_leaves_the_other_standing(desk: GivingDesk, auditor: Account) -> None:
    gift = desk.give()
    for minor in (200, 300):
        ask(desk, gift, auditor, minor)
        send_refunds(desk)
    made = next(made for made in refund_at_sandbox(desk, desk.gift(gift.id)) if made["amount"] == 300)
    desk.sandbox.force(f"refunds/{made['id']}", {"status": "failed"})
    desk.journey.settle(gift.id)
    gift = desk.gift(gift.id)
    assert (gift.state, gift.refunded_minor) == (GiftState.PARTLY_REFUNDED, 200)


def test_a_refund_waits_at_the_bank_and_may_be_cancelled_there(desk: GivingDesk, auditor: Account) -> None:
    gift = desk.give()
    ask(desk, gift, auditor)
    send_refunds(desk)
    [made] = refund_at_sandbox(desk, desk.gift(gift.id))
    desk.sandbox.force(f"refunds/{made['id']}", {"status": "requires_action"})
    desk.sandbox.post(f"/v1/refunds/{made['id']}/cancel", {})
    desk.journey.settle(gift.id)
    assert states(desk) == ["succeeded"], "an end that Stripe takes back is for a person to look at"


def test_a_refund_made_at_stripe_is_seen_and_told(desk: GivingDesk) -> None:
    gift = desk.give()
    desk.sandbox.client().v1.refunds.create({"payment_intent": gift.payment_intent_id or "", "amount": 200})
    for _ in range(2):
        desk.journey.settle(gift.id)
    [refund] = refunds(desk)
    assert (refund.cause, refund.requested_by, refund.amount_minor) == ("elsewhere", None, 200)
    assert desk.gift(gift.id).state == GiftState.PARTLY_REFUNDED
    assert desk.letters() == ["gift-receipt", "refund-made"]


def test_more_than_ten_refunds_of_one_gift_are_all_counted(desk: GivingDesk) -> None:
    gift = desk.give()
    for _ in range(11):
        desk.sandbox.client().v1.refunds.create(
            {"payment_intent": gift.payment_intent_id or "", "amount": 10}
        )
    desk.journey.settle(gift.id)
    assert desk.gift(gift.id).refunded_minor == 110


def test_what_stripe_does_not_accept_is_kept_as_refused_for_a_person(
    desk: GivingDesk, auditor: Account
) -> None:
    gift = desk.give()
    refund_id = ask(desk, gift, auditor)
    desk.sandbox.client().v1.refunds.create({"payment_intent": gift.payment_intent_id or ""})
    sender(desk).send(refund_id)
    ours = next(refund for refund in refunds(desk) if refund.id == refund_id)
    assert (ours.state, ours.problem) == (RefundState.REFUSED, "charge_already_refunded")
    assert desk.gift(gift.id).state == GiftState.REFUNDED
    assert "refund.refused" in desk.journal()


def test_beside_an_open_dispute_nothing_is_given_back(desk: GivingDesk, auditor: Account) -> None:
    gift = desk.give()
    dispute_id = dispute(desk, gift)
    with pytest.raises(Conflict, match="disputed this gift"):
        ask(desk, gift, auditor)
    decide(desk, gift, dispute_id, "won")
    ask(desk, gift, auditor)


def test_an_inquiry_does_not_stand_in_the_way_of_a_refund(desk: GivingDesk, auditor: Account) -> None:
    gift = desk.give()
    dispute(desk, gift, inquiry=True)
    ask(desk, gift, auditor)
    send_refunds(desk)
    assert desk.gift(gift.id).state == GiftState.REFUNDED


def test_from_the_threshold_on_another_person_has_to_approve(
    desk: GivingDesk, auditor: Account, second: Account
) -> None:
    gift = desk.give(pledge_of(minor=500))
    small = ask(desk, gift, auditor, 100, second_from=Money(101, "USD"))
    large = ask(desk, gift, auditor, 101, second_from=Money(101, "USD"))
    send_refunds(desk)
    assert {refund.id: refund.state for refund in refunds(desk)} == {small: "succeeded", large: "proposed"}
    with pytest.raises(Forbidden, match="Another person"):
        judge(desk, large, auditor)
    judge(desk, large, second)
    with pytest.raises(Conflict, match="decided this refund already"):
        judge(desk, large, second, approve=False)
    send_refunds(desk)
    assert set(states(desk)) == {"succeeded"}
    assert desk.gift(gift.id).refunded_minor == 201


def test_parts_that_together_reach_the_threshold_need_another_person_too(
    desk: GivingDesk, auditor: Account
) -> None:
    gift = desk.give(pledge_of(minor=500))
    for minor in (100, 100, 1):
        ask(desk, gift, auditor, minor, second_from=Money(201, "USD"))
    assert sorted((refund.amount_minor, refund.needs_second) for refund in refunds(desk)) == [
        (1, True),
        (100, False),
        (100, False),
    ]


def test_a_declined_refund_gives_nothing_back_and_frees_its_amount(
    desk: GivingDesk, auditor: Account, second: Account
) -> None:
    gift = desk.give()
    refund_id = ask(desk, gift, auditor, second_from=Money(1, "USD"))
    judge(desk, refund_id, second, approve=False)
    send_refunds(desk)
    assert states(desk) == ["declined"]
    with desk.database.transaction() as session:
        assert left_to_refund(session, gift) == Money(500, "USD")


def test_a_refund_disputed_while_it_waited_is_not_approved(
    desk: GivingDesk, auditor: Account, second: Account
) -> None:
    gift = desk.give()
    refund_id = ask(desk, gift, auditor, second_from=Money(1, "USD"))
    dispute(desk, gift)
    with pytest.raises(Conflict, match="disputed this gift"):
        judge(desk, refund_id, second)
    with pytest.raises(NotFound):
        judge(desk, uuid.uuid4(), second)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ("judged_by = requested_by, judged_at = requested_at, state = 'approved'", "two_people"),
        ("state = 'approved'", "second_person_asked"),
        ("amount_minor = 1", "only goes forward"),
        ("needs_second = false", "only goes forward"),
        ("state = 'succeeded'", "only goes forward"),
    ],
)
def test_the_database_refuses_what_the_code_must_never_do(
    desk: GivingDesk, auditor: Account, change: str, refusal: str
) -> None:
    ask(desk, desk.give(), auditor, second_from=Money(1, "USD"))
    with pytest.raises(DBAPIError, match=refusal), desk.database.transaction() as session:
        session.execute(text(f"UPDATE refund SET {change}"))  # noqa: S608 - a constant of this test


def test_a_donor_who_was_erased_gets_the_money_back_and_no_letter(
    desk: GivingDesk, auditor: Account, owner_database: Database
) -> None:
    gift = desk.give()
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE gift DISABLE TRIGGER USER"))
        session.execute(text("UPDATE gift SET donor_email = :erased"), {"erased": ERASED})
        session.execute(text("ALTER TABLE gift ENABLE TRIGGER USER"))
    ask(desk, gift, auditor)
    send_refunds(desk)
    assert desk.gift(gift.id).state == GiftState.REFUNDED
    assert desk.letters() == ["gift-receipt"]


def test_no_refund_can_be_forgotten(desk: GivingDesk, auditor: Account) -> None:
    ask(desk, desk.give(), auditor)
    with pytest.raises(DBAPIError, match="permission denied"), desk.database.transaction() as session:
        session.execute(text("DELETE FROM refund"))
