from collections.abc import Iterator

import pytest

from factually.stripe_sandbox import confirming, paying, payment_intents, payment_methods
from factually.stripe_sandbox.charges import HOLD_SECONDS, HOLD_SECONDS_OFF_SESSION
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.store import Document, Store
from factually.stripe_sandbox.work import Work

_NOW = 1_000_000


@pytest.fixture
def work() -> Iterator[Work]:
    store = Store()
    with store.transaction() as records:
        yield Work(records, now=_NOW)
    store.close()


def _intent(work: Work, *, capture_method: str = "automatic") -> Document:
    parameters = {
        "amount": 500,
        "currency": "usd",
        "capture_method": capture_method,
        "allowed_payment_method_types": ["card"],
    }
    return payment_intents.build(work, parameters)


def _saved(work: Work, card: str, *, set_up: bool = False) -> str:
    method = payment_methods.by_reference(work, card, param="payment_method")
    method["_set_up"] = set_up
    work.records.save(method)
    return str(method["id"])


@pytest.mark.parametrize(
    ("card", "set_up", "status"),
    [
        ("pm_card_visa", False, "succeeded"),
        ("pm_card_chargeCustomerFail", False, "requires_payment_method"),
        ("pm_card_threeDSecureRequiredProcessingError", False, "requires_payment_method"),
        ("pm_card_authenticationRequired", True, "requires_action"),
        ("pm_card_authenticationRequiredOnSetup", False, "requires_action"),
        ("pm_card_authenticationRequiredOnSetup", True, "succeeded"),
        ("pm_card_authenticationRequiredSetupForOffSession", False, "succeeded"),
    ],
)
def test_a_saved_card_is_charged_while_its_holder_is_away(
    work: Work, *, card: str, set_up: bool, status: str
) -> None:
    intent = paying.charge_saved_card(work, _intent(work), _saved(work, card, set_up=set_up))

    assert intent["status"] == status
    assert work.get("payment_intent", intent["id"])["status"] == status


def test_while_its_holder_is_there_the_bank_asks(work: Work) -> None:
    card = _saved(work, "pm_card_authenticationRequiredSetupForOffSession", set_up=True)

    intent = paying.charge_saved_card(work, _intent(work), card, off_session=False)

    assert intent["status"] == "requires_action"


def test_a_declined_intent_can_be_charged_again_with_another_card(work: Work) -> None:
    intent = paying.charge_saved_card(work, _intent(work), _saved(work, "pm_card_chargeCustomerFail"))
    assert intent["last_payment_error"]["decline_code"] == "generic_decline"

    paying.charge_saved_card(work, intent, _saved(work, "pm_card_visa"))

    assert (intent["status"], intent["last_payment_error"]) == ("succeeded", None)


def test_a_detached_card_is_not_charged(work: Work) -> None:
    method = payment_methods.by_reference(work, "pm_card_visa", param="payment_method")
    work.records.save({**method, "_detached": True})

    with pytest.raises(ApiError) as refused:
        paying.charge_saved_card(work, _intent(work), method["id"])

    assert refused.value.param == "payment_method"


@pytest.mark.parametrize(
    ("card", "off_session", "seconds"),
    [
        ("pm_card_visa", False, HOLD_SECONDS),
        ("pm_card_visa", True, HOLD_SECONDS_OFF_SESSION),
        ("pm_card_mastercard", True, HOLD_SECONDS),
    ],
)
def test_visa_holds_shorter_what_a_merchant_asks_for(
    work: Work, *, card: str, off_session: bool, seconds: int
) -> None:
    intent = _intent(work, capture_method="manual")

    paying.charge_saved_card(work, intent, _saved(work, card), off_session=off_session)

    charge = work.get("charge", intent["latest_charge"])
    assert charge["payment_method_details"]["card"]["capture_before"] == _NOW + seconds


def test_an_intent_confirmed_too_often_is_cancelled(work: Work) -> None:
    intent = _intent(work)
    for _ in range(25):
        with pytest.raises(ApiError):
            confirming.confirm(work, {"payment_method": "pm_card_visa_chargeDeclined"}, intent["id"])

    with pytest.raises(ApiError) as worn_out:
        confirming.confirm(work, {"payment_method": "pm_card_visa"}, intent["id"])

    assert worn_out.value.keeps_work
    assert work.get("payment_intent", intent["id"])["status"] == "canceled"
