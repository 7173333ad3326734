from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.donations.context import STRIPE_PLACES, donations_context
from factually.independence.queries import decision_of
from factually.independence.results import Verdict
from tests.support.oversight_desk import plain, show

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from factually.accounts.models import Account
    from factually.donations.models import Gift
    from tests.support.clock import FrozenClock
    from tests.support.oversight_desk import OversightDesk

REASON = "I looked the shop up; it is not the committee."


def send(browser: FlaskClient, gift: Gift, **fields: str) -> TestResponse:
    sent = {"verdict": "accept", "reason": REASON, **fields}
    return browser.post(f"/oversight/gifts/{gift.public_id}/decision", data=sent)


def test_an_accepted_gift_is_taken_and_its_page_says_who_and_why(
    desk: OversightDesk, browser: FlaskClient, auditor: Account
) -> None:
    gift = desk.held_gift()
    answer = send(browser, gift)
    assert (answer.status_code, answer.location) == (303, f"/oversight/gifts/{gift.public_id}")
    page = show(browser, gift)
    assert "Accepted by Auditor" in page
    assert REASON in page
    assert "$5.00 was taken." in page
    assert "Held by rule" not in page
    assert [intent["status"] for intent in desk.giving.intents(gift.id)] == ["succeeded"]
    with desk.giving.database.reading() as connection:
        decision = decision_of(connection, gift.id, keyring=desk.giving.keyring)
    assert decision is not None
    assert (decision.verdict, decision.reviewer_id, decision.reason) == (Verdict.ACCEPT, auditor.id, REASON)


def test_a_refused_gift_has_its_hold_cancelled_at_the_provider(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = desk.held_gift()
    assert send(browser, gift, verdict="refuse").status_code == 303
    page = show(browser, gift)
    assert "Refused by Auditor" in page
    assert "The hold on the card was cancelled. Nothing was taken." in page
    assert "A letter to the donor was written: that the gift was not taken." in page
    assert [intent["status"] for intent in desk.giving.intents(gift.id)] == ["canceled"]


def test_with_all_places_at_the_provider_taken_a_decision_stands_and_the_worker_acts_on_it(
    desk: OversightDesk, browser: FlaskClient
) -> None:
    gift = desk.held_gift()
    with ExitStack() as waiting, desk.app.app_context():
        for _ in range(STRIPE_PLACES):
            waiting.enter_context(donations_context().at_stripe.place())
        assert send(browser, gift).status_code == 303
    assert desk.giving.gift(gift.id).instruction == "capture"
    assert [intent["status"] for intent in desk.giving.intents(gift.id)] == ["requires_capture"]
    with desk.giving.database.transaction() as session:
        query = text(
            "SELECT count(*) FROM procrastinate_jobs WHERE queueing_lock = :lock AND status = 'todo'"
        )
        assert session.execute(query, {"lock": f"donations.settle:{gift.id}"}).scalar_one() == 1


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"reason": ""}, "Give your reason."),
        ({"reason": "too short"}, "Give your reason in 10 to 5,000 characters."),
        ({"reason": "         short         "}, "Give your reason in 10 to 5,000 characters."),
        ({"reason": "x" * 5001}, "Give your reason in 10 to 5,000 characters."),
    ],
)
def test_a_reason_that_is_missing_or_short_decides_nothing(
    desk: OversightDesk, browser: FlaskClient, fields: dict[str, str], problem: str
) -> None:
    gift = desk.held_gift()
    answer = send(browser, gift, **fields)
    assert answer.status_code == 422
    assert f'<a href="#reason">{problem}</a>' in answer.text
    assert desk.giving.gift(gift.id).instruction is None
    assert [intent["status"] for intent in desk.giving.intents(gift.id)] == ["requires_capture"]


@pytest.mark.parametrize("verdict", ["", "perhaps"])
def test_a_verdict_that_is_neither_decides_nothing(
    desk: OversightDesk, browser: FlaskClient, verdict: str
) -> None:
    gift = desk.held_gift()
    answer = send(browser, gift, verdict=verdict)
    assert answer.status_code == 422
    assert "Choose to accept or to refuse." in plain(answer.text)
    assert REASON in answer.text
    assert desk.giving.gift(gift.id).instruction is None


def test_whoever_comes_second_is_told_who_decided_and_when(desk: OversightDesk, browser: FlaskClient) -> None:
    gift = desk.held_gift()
    send(browser, gift, verdict="refuse")
    second = send(desk.signed_in(desk.person(name="other")), gift)
    assert second.status_code == 409
    assert "Your decision was not recorded" in plain(second.text)
    assert "Auditor refused this gift before you, on November 24, 2026, 12:00 UTC" in plain(second.text)
    assert [intent["status"] for intent in desk.giving.intents(gift.id)] == ["canceled"]


def test_a_gift_that_was_never_held_cannot_be_decided(desk: OversightDesk, browser: FlaskClient) -> None:
    answer = send(browser, desk.captured_gift(), verdict="refuse")
    assert answer.status_code == 409
    assert "This gift is no longer held" in plain(answer.text)


def test_of_two_auditors_at_once_one_wins(desk: OversightDesk) -> None:
    gift = desk.held_gift()
    browsers = [desk.signed_in(desk.person(name=name)) for name in ("first", "second")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda pair: send(pair[0], gift, verdict=pair[1]),
                zip(browsers, ("accept", "refuse"), strict=True),
            )
        )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    won = "succeeded" if answers[0].status_code == 303 else "canceled"
    assert [intent["status"] for intent in desk.giving.intents(gift.id)] == [won]
    assert sum(event.startswith("gift.review_") for event in desk.giving.journal()) == 1


def test_a_decision_stands_while_the_provider_does_not_answer(
    desk: OversightDesk, browser: FlaskClient, auditor: Account, clock: FrozenClock
) -> None:
    gift = desk.held_gift()
    desk.giving.sandbox.fault("POST /v1/payment_intents/{}/capture", "error_before", count=3)
    assert send(browser, gift).status_code == 303
    page = show(browser, gift)
    assert "Accepted by Auditor; the money has not been taken" in page
    assert "The payment provider is asked to take $5.00; its answer is awaited." in page
    assert "Accept: take the gift" not in page
    clock.advance(timedelta(minutes=5))
    desk.giving.journey.settle(gift.id)
    assert "$5.00 was taken." in show(desk.signed_in(auditor), gift)
