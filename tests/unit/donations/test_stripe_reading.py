from datetime import UTC, datetime

import pytest

from factually.donations.gateway import Notice
from factually.donations.intents import CardFacts, IntentStatus
from factually.donations.stripe_json import StripeJson
from factually.donations.stripe_reading import (
    Aftermath,
    read_balances,
    read_confirmation,
    read_intent,
    read_notice,
)

VERSION = "2026-10-28.endive"
CARD = {
    "brand": "visa",
    "last4": "4242",
    "country": "US",
    "funding": "credit",
    "fingerprint": "fp_1",
    "checks": {"address_line1_check": "pass", "address_postal_code_check": "fail", "cvc_check": "pass"},
    "wallet": {"type": "apple_pay"},
}
BILLING = {"name": "Ada Reader", "email": None}
CARD_FACTS = CardFacts(
    brand="visa",
    last4="4242",
    country="US",
    funding="credit",
    fingerprint="fp_1",
    wallet="apple_pay",
    billing_name="Ada Reader",
    address_check="pass",
    postal_code_check="fail",
)


def charge(**changes: object) -> dict[str, object]:
    return {
        "id": "ch_1",
        "status": "succeeded",
        "captured": False,
        "amount": 500,
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": BILLING,
        "payment_method_details": {"card": {**CARD, "capture_before": 1_800_000_000}},
        **changes,
    }


def intent(**changes: object) -> dict[str, object]:
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "status": "requires_capture",
        "amount": 500,
        "currency": "usd",
        "livemode": False,
        "client_secret": "pi_1_secret",
        "metadata": {"gift": "g1"},
        "last_payment_error": None,
        "latest_charge": charge(),
        **changes,
    }


def event(subject: StripeJson, **changes: object) -> dict[str, object]:
    return {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "livemode": False,
        "api_version": VERSION,
        "data": {"object": subject},
        **changes,
    }


def noticed(subject: StripeJson, **changes: object) -> Notice:
    return read_notice(event(subject, **changes), known_version=VERSION)


def test_a_confirmation_token_gives_its_card() -> None:
    facts = read_confirmation(
        {"id": "ctoken_1", "payment_method_preview": {"card": CARD, "billing_details": BILLING}}
    )
    assert facts.token_id == "ctoken_1"
    assert facts.card == CARD_FACTS


@pytest.mark.parametrize("checks", [None, {"address_line1_check": None}])
def test_a_card_whose_address_nobody_checked_says_nothing_of_it(checks: object) -> None:
    token = {"id": "ctoken_1", "payment_method_preview": {"card": {**CARD, "checks": checks}}}
    card = read_confirmation(token).card
    assert card is not None
    assert (card.address_check, card.postal_code_check) == (None, None)


def test_a_confirmation_token_without_a_card_has_no_card_facts() -> None:
    assert read_confirmation({"id": "ctoken_1", "payment_method_preview": None}).card is None


def test_a_held_intent_gives_its_charge_and_the_end_of_the_hold() -> None:
    snapshot = read_intent(intent(), Aftermath())
    assert snapshot.status is IntentStatus.REQUIRES_CAPTURE
    assert (snapshot.amount, snapshot.currency, snapshot.gift_id) == (500, "USD", "g1")
    assert snapshot.charge is not None
    assert snapshot.charge.capture_before == datetime(2027, 1, 15, 8, tzinfo=UTC)
    assert snapshot.charge.card == CARD_FACTS


def test_an_intent_without_charge_card_or_metadata_is_read_too() -> None:
    assert read_intent(intent(latest_charge=None, metadata=None), Aftermath()).charge is None
    bare = read_intent(intent(latest_charge=charge(payment_method_details=None)), Aftermath()).charge
    assert bare is not None
    assert (bare.card, bare.capture_before) == (None, None)


def test_a_decline_names_the_issuers_code_before_stripes() -> None:
    error = {"code": "card_declined", "decline_code": "insufficient_funds"}
    assert read_intent(intent(last_payment_error=error), Aftermath()).decline_code == "insufficient_funds"
    error = {"code": "expired_card"}
    assert read_intent(intent(last_payment_error=error), Aftermath()).decline_code == "expired_card"


def test_an_intents_event_names_the_intent_and_the_gift() -> None:
    notice = noticed(intent())
    assert (notice.event_id, notice.type) == ("evt_1", "payment_intent.succeeded")
    assert (notice.intent_id, notice.gift_id) == ("pi_1", "g1")


def test_a_charges_event_names_the_intent_and_never_a_gift() -> None:
    notice = noticed({**charge(), "object": "charge", "payment_intent": "pi_1", "metadata": {"gift": "x"}})
    assert (notice.intent_id, notice.charge_id, notice.gift_id) == ("pi_1", "ch_1", None)


def test_a_warnings_event_may_name_only_a_charge() -> None:
    notice = noticed({"object": "radar.early_fraud_warning", "id": "issfr_1", "charge": "ch_1"})
    assert (notice.subject_id, notice.charge_id, notice.intent_id) == ("issfr_1", "ch_1", None)


def test_an_event_in_the_words_of_another_version_is_told_apart() -> None:
    versions = (VERSION, "2025-01-01.other", None)
    foreign = [noticed(intent(), api_version=version).foreign_version for version in versions]
    assert foreign == [False, True, True]


def test_an_event_about_something_else_names_no_intent() -> None:
    assert noticed({"object": "payout", "id": "po_1"}).intent_id is None


@pytest.mark.parametrize(
    "damaged",
    [
        intent(id=7),
        intent(status="unheard_of"),
        intent(amount="500"),
        intent(amount=True),
        intent(livemode=None),
        intent(metadata="x"),
        intent(latest_charge=charge(captured="yes")),
    ],
)
def test_a_field_of_the_wrong_type_is_refused(damaged: StripeJson) -> None:
    with pytest.raises(ValueError, match=r"is no|not a valid"):
        read_intent(damaged, Aftermath())


def test_a_body_that_is_no_event_is_refused() -> None:
    with pytest.raises(ValueError, match="no event"):
        read_notice({"object": "v2.core.event"}, known_version=VERSION)


def test_a_balance_is_read_as_one_sum_a_currency() -> None:
    usd, jpy = {"amount": 455, "currency": "usd"}, {"amount": 70, "currency": "jpy"}
    balance = {"available": [usd, jpy], "pending": [usd | {"amount": -5}]}
    assert read_balances(balance) == {"USD": 450, "JPY": 70}


@pytest.mark.parametrize(
    "balance", [{}, {"available": [], "pending": None}, {"available": [{"amount": "1"}], "pending": []}]
)
def test_a_balance_of_another_shape_is_refused(balance: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"is no (list|text|integer)"):
        read_balances(balance)
