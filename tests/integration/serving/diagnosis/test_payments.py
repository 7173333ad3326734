from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from factually.donations.stripe_account import StripeAccount
from factually.serving.diagnosis.findings import State
from factually.serving.diagnosis.payments import STEPS, try_payments
from tests.support.tampering import tampering

if TYPE_CHECKING:
    from tests.support.stripe_sandbox import RunningSandbox


def account(address: str | None, key: str = "sk_test_factually") -> StripeAccount:
    return StripeAccount(
        secret_key=key, webhook_secret="whsec_factually", sandbox_address=address, production=False
    )


def wrongs(address: str, *, now: datetime | None = None) -> dict[str, str]:
    found = try_payments(account(address), now or datetime.now(UTC))
    return {finding.check: finding.seen for finding in found if finding.state is State.WRONG}


def test_every_exchange_goes_as_the_product_needs_it(sandbox: RunningSandbox) -> None:
    found = list(try_payments(account(sandbox.url), datetime.now(UTC)))
    assert [finding.check for finding in found] == ["account", *STEPS]
    assert {finding.state for finding in found} == {State.OK}


def test_no_hold_is_left_behind(sandbox: RunningSandbox) -> None:
    before = len(sandbox.client().v1.payment_intents.list({"limit": 100}).data)
    list(try_payments(account(sandbox.url), datetime.now(UTC)))
    intents = sandbox.client().v1.payment_intents.list({"limit": 100}).data
    assert {intent.status for intent in intents[: len(intents) - before]} == {"succeeded", "canceled"}


@pytest.mark.parametrize("key", ["sk_live_made_up", "rk_live_made_up"])
@pytest.mark.parametrize("address", [None, "http://127.0.0.1:9"])
def test_a_live_key_is_refused_before_anything_is_asked(key: str, address: str | None) -> None:
    with pytest.raises(ValueError, match="never runs with a live key"):
        try_payments(account(address, key), datetime.now(UTC))


def test_nobody_answering_is_said_once() -> None:
    found = list(try_payments(account("http://127.0.0.1:9"), datetime.now(UTC)))
    assert [(finding.check, finding.state) for finding in found] == [
        ("account", State.WRONG),
        ("payments", State.WARNING),
    ]


def test_a_decline_that_pays_is_found(sandbox: RunningSandbox) -> None:
    with tampering(sandbox.url, asked={"pm_card_visa_chargeDeclined": "pm_card_visa"}) as address:
        assert wrongs(address) == {"decline": "A card that must be declined paid."}


def test_a_card_that_is_not_asked_for_3ds_is_found(sandbox: RunningSandbox) -> None:
    with tampering(sandbox.url, asked={"pm_card_authenticationRequired": "pm_card_visa"}) as address:
        assert wrongs(address) == {
            "3-D Secure": "The payment is requires_capture, and must be requires_action."
        }


def test_money_taken_at_once_is_found_and_its_refund_is_not_tried(sandbox: RunningSandbox) -> None:
    with tampering(sandbox.url, asked={"capture_method=manual": "capture_method=automatic"}) as address:
        found = wrongs(address)
    assert found["hold and take"] == "The payment is succeeded, and must be requires_capture."
    assert "refund" not in found


def test_keys_that_are_not_heeded_are_found(sandbox: RunningSandbox) -> None:
    with tampering(sandbox.url, keys=False) as address:
        found = wrongs(address)
    assert found["key reused"] == "A key was taken again with another card."
    assert found["same key twice"].startswith("Refused: ")
    assert found["refund"].startswith("Refused: ")


def test_a_payment_that_forgets_its_gift_is_found(sandbox: RunningSandbox) -> None:
    with tampering(sandbox.url, asked={"metadata[gift]": "metadata[none]"}) as address:
        assert list(wrongs(address)) == ["find"]


def test_a_card_that_must_pay_and_is_declined_is_found(sandbox: RunningSandbox) -> None:
    with tampering(sandbox.url, asked={"pm_card_visa&": "pm_card_visa_chargeDeclined&"}) as address:
        assert wrongs(address)["hold and take"].startswith("Declined: ")


def test_card_entries_that_are_refused_are_found(sandbox: RunningSandbox) -> None:
    with tampering(sandbox.url, refuse={"/v1/test_helpers/confirmation_tokens": 400}) as address:
        assert wrongs(address)["card entry"].startswith("No card could be entered: ")


@pytest.mark.parametrize(
    ("answered", "step", "sentence"),
    [
        ({'"card": {': '"card": null, "no": {'}, "card entry", "The card entry shows no card"),
        ({'"amount_captured": 500': '"amount_captured": 499'}, "hold and take", "not the same was taken"),
        ({'"amount_captured": 0': '"amount_captured": 5'}, "release", "A released hold shows money taken"),
        ({'"client_secret": "': '"client_secret": null, "no": "'}, "3-D Secure", "nothing to ask the donor"),
    ],
)
def test_an_answer_that_lacks_what_we_need_is_found(
    sandbox: RunningSandbox, answered: dict[str, str], step: str, sentence: str
) -> None:
    with tampering(sandbox.url, answered=answered) as address:
        found = wrongs(address)
    assert list(found) == [step]
    assert sentence in found[step]


def test_a_refund_that_is_made_twice_is_found(sandbox: RunningSandbox) -> None:
    halved = {"amount=500&metadata[refund]": "amount=250&metadata[refund]"}
    with tampering(sandbox.url, asked=halved, keys=False) as address:
        assert wrongs(address)["refund"].endswith("2 made, $5.00 in all.")


def test_an_old_signature_that_is_believed_is_found(sandbox: RunningSandbox) -> None:
    found = wrongs(sandbox.url, now=datetime.now(UTC) + timedelta(hours=1))
    assert found == {"webhook": "An event signed too long ago was believed."}


def test_a_server_that_fails_now_and_then_is_found(sandbox: RunningSandbox) -> None:
    sandbox.fault("POST /v1/refunds", "error_before", count=3)
    assert wrongs(sandbox.url)["refund"].startswith("No usable answer: ")


@pytest.mark.parametrize(
    ("asked", "answered", "sentence"),
    [
        (
            {"pause_collection[behavior]=keep_as_draft": "pause_collection[behavior]=void"},
            {},
            "Later months would be",
        ),
        ({}, {'"status": "succeeded"': '"status": "processing"'}, "must be saved is processing"),
        ({}, {'"status": "paid"': '"status": "open"'}, "The first month is open"),
        ({}, {'"status": "canceled"': '"status": "active"'}, "goes on"),
    ],
)
def test_a_monthly_gift_that_would_not_wait_for_us_is_found(
    sandbox: RunningSandbox, asked: dict[str, str], answered: dict[str, str], sentence: str
) -> None:
    with tampering(sandbox.url, asked=asked, answered=answered) as address:
        assert sentence in wrongs(address)["monthly"]
