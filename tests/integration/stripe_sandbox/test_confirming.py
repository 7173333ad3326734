import pytest
import requests
import stripe

from factually.stripe_sandbox.cards import CARDS
from tests.support.stripe_sandbox import RunningSandbox, card_token, hold

_DECLINED = [card for card in CARDS if card.decline is not None and card.authentication == "none"]
_APPROVED = [card for card in CARDS if card.decline is None and card.authentication == "none"]


def _answer_bank(sandbox: RunningSandbox, intent: stripe.PaymentIntent, *, passed: bool) -> requests.Response:
    return requests.post(
        f"{sandbox.url}/endive/authentication",
        json={"key": sandbox.publishable_key, "client_secret": intent.client_secret, "passed": passed},
        timeout=10,
    )


@pytest.mark.parametrize("card", _APPROVED, ids=lambda card: card.name)
def test_an_approved_card_is_held_with_its_own_facts(client: stripe.StripeClient, card: object) -> None:
    assert card in CARDS
    wanted = next(known for known in CARDS if known == card)

    intent = hold(client, wanted.name)

    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 500, 0)
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.status, charge.captured, charge.balance_transaction) == ("succeeded", False, None)
    assert charge.payment_method_details is not None
    facts = charge.payment_method_details.card
    assert facts is not None
    assert (facts.brand, facts.funding, facts.country, facts.last4, facts.fingerprint) == (
        wanted.brand,
        wanted.funding,
        wanted.country,
        wanted.last4,
        wanted.fingerprint,
    )
    assert facts.capture_before == charge.created + 7 * 24 * 3600
    assert charge.outcome is not None
    assert charge.outcome.risk_level == wanted.risk


@pytest.mark.parametrize("card", _DECLINED, ids=lambda card: card.name)
def test_a_declined_card_answers_402_and_leaves_a_failed_charge(
    client: stripe.StripeClient, card: object
) -> None:
    wanted = next(known for known in CARDS if known == card)
    assert wanted.decline is not None

    with pytest.raises(stripe.CardError) as declined:
        hold(client, wanted.name)

    error = declined.value
    assert (error.http_status, error.code, error.user_message) == (
        402,
        wanted.decline.code,
        wanted.decline.message,
    )
    assert error.error is not None
    assert error.error.payment_intent is not None
    intent = client.v1.payment_intents.retrieve(error.error.payment_intent.id, {"expand": ["latest_charge"]})
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == wanted.decline.code
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, wanted.decline.code)
    assert charge.outcome is not None
    assert charge.outcome.type == ("blocked" if wanted.decline.by_radar else "issuer_declined")


def test_a_declined_card_then_a_good_one_makes_one_successful_charge(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as declined:
        hold(client, "pm_card_visa_chargeDeclinedInsufficientFunds")
    assert declined.value.error is not None
    assert declined.value.error.decline_code == "insufficient_funds"
    assert declined.value.error.payment_intent is not None
    intent_id = declined.value.error.payment_intent.id

    again = client.v1.payment_intents.confirm(intent_id, {"confirmation_token": card_token(client)})

    assert (again.status, again.last_payment_error) == ("requires_capture", None)
    charges = client.v1.charges.list({"payment_intent": intent_id})
    assert [charge.status for charge in charges.data] == ["succeeded", "failed"]


@pytest.mark.parametrize("method", ["automatic", "automatic_async"])
def test_automatic_capture_takes_the_money_at_once(client: stripe.StripeClient, method: str) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "usd",
            "capture_method": "automatic" if method == "automatic" else "automatic_async",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
            "expand": ["latest_charge.balance_transaction"],
        }
    )

    assert (intent.status, intent.amount_received) == ("succeeded", 1000)
    assert isinstance(intent.latest_charge, stripe.Charge)
    booked = intent.latest_charge.balance_transaction
    assert isinstance(booked, stripe.BalanceTransaction)
    assert (booked.amount, booked.fee, booked.net) == (1000, 59, 941)


@pytest.mark.parametrize(
    "card",
    [
        "pm_card_threeDSecure2Required",
        "pm_card_authenticationRequired",
        "pm_card_authenticationRequiredOnSetup",
    ],
)
def test_authentication_completed_holds_the_money(
    sandbox: RunningSandbox, client: stripe.StripeClient, card: str
) -> None:
    intent = hold(client, card)
    assert (intent.status, intent.latest_charge) == ("requires_action", None)
    assert intent.next_action is not None
    assert intent.next_action.type == "use_stripe_sdk"

    answer = _answer_bank(sandbox, intent, passed=True)

    assert answer.json()["status"] == "requires_capture"
    assert "metadata" not in answer.json()
    held = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert isinstance(held.latest_charge, stripe.Charge)
    assert held.latest_charge.payment_method_details is not None
    facts = held.latest_charge.payment_method_details.card
    assert facts is not None
    assert facts.three_d_secure is not None
    assert facts.three_d_secure.result == "authenticated"


def test_authentication_failed_puts_the_intent_back_without_a_charge(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    intent = hold(client, "pm_card_threeDSecure2Required")

    answer = _answer_bank(sandbox, intent, passed=False)

    assert answer.json()["error"]["code"] == "payment_intent_authentication_failure"
    assert "metadata" not in answer.json()["error"]["payment_intent"]
    after = client.v1.payment_intents.retrieve(intent.id)
    assert (after.status, after.latest_charge) == ("requires_payment_method", None)
    assert after.last_payment_error is not None
    assert after.last_payment_error.code == "payment_intent_authentication_failure"
    assert (
        _answer_bank(sandbox, intent, passed=True).json()["error"]["code"]
        == "payment_intent_unexpected_state"
    )


@pytest.mark.parametrize(
    ("card", "decline_code"),
    [
        ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_threeDSecureRequiredChargeDeclined", "generic_decline"),
    ],
)
def test_a_card_can_pass_authentication_and_still_be_declined(
    sandbox: RunningSandbox, client: stripe.StripeClient, card: str, decline_code: str
) -> None:
    answer = _answer_bank(sandbox, hold(client, card), passed=True)

    assert answer.status_code == 402
    assert answer.json()["error"]["decline_code"] == decline_code


def test_a_card_whose_bank_cannot_be_asked_is_declined(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as declined:
        hold(client, "pm_card_threeDSecureRequiredProcessingError")

    assert declined.value.code == "card_declined"


@pytest.mark.parametrize(("name", "value"), [("off_session", "true"), ("error_on_requires_action", "true")])
def test_where_nobody_can_authenticate_the_card_is_declined(
    sandbox: RunningSandbox, name: str, value: str
) -> None:
    form = {
        "amount": "500",
        "currency": "usd",
        "confirm": "true",
        "payment_method": "pm_card_authenticationRequired",
        "allowed_payment_method_types[]": "card",
        name: value,
    }

    answer = sandbox.post("/v1/payment_intents", form)

    assert (answer.status_code, answer.json()["error"]["code"]) == (402, "authentication_required")


def test_a_card_set_up_before_needs_authentication_only_on_session(client: stripe.StripeClient) -> None:
    card = "pm_card_authenticationRequiredSetupForOffSession"

    away = client.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "usd",
            "confirm": True,
            "off_session": True,
            "payment_method": card,
            "allowed_payment_method_types": ["card"],
        }
    )

    assert away.status == "succeeded"
    assert hold(client, card).status == "requires_action"


def test_authentication_can_be_asked_for_by_the_server(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "usd",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
            "payment_method_options": {"card": {"request_three_d_secure": "challenge"}},
        }
    )

    assert intent.status == "requires_action"


def test_an_intent_is_confirmed_once(client: stripe.StripeClient) -> None:
    held = hold(client)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.confirm(held.id, {"payment_method": "pm_card_visa"})

    assert refused.value.code == "payment_intent_unexpected_state"
    assert refused.value.error is not None
    assert refused.value.error.payment_intent is not None
    assert refused.value.error.payment_intent.id == held.id


def test_confirmation_needs_a_payment_method(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "allowed_payment_method_types": ["card"]}
    )

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.confirm(intent.id)

    assert refused.value.code == "payment_intent_unexpected_state"


def test_a_wrong_client_secret_confirms_nothing(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as declined:
        hold(client, "pm_card_visa_chargeDeclined")
    assert declined.value.error is not None
    assert declined.value.error.payment_intent is not None
    path = f"/v1/payment_intents/{declined.value.error.payment_intent.id}/confirm"

    answer = sandbox.post(path, {"client_secret": "pi_x_secret_y", "payment_method": "pm_card_visa"})

    assert answer.json()["error"]["param"] == "client_secret"


def test_redirecting_methods_need_a_return_url(sandbox: RunningSandbox) -> None:
    form = {"amount": "500", "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa"}
    never = {
        "automatic_payment_methods[enabled]": "true",
        "automatic_payment_methods[allow_redirects]": "never",
    }

    assert sandbox.post("/v1/payment_intents", form).json()["error"]["param"] == "return_url"
    assert (
        sandbox.post("/v1/payment_intents", {**form, "return_url": "https://example.org/"}).status_code == 200
    )
    assert sandbox.post("/v1/payment_intents", {**form, **never}).status_code == 200


def test_a_card_kept_for_later_is_attached_to_its_customer(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"name": "Ann"})
    stranger = client.v1.customers.create({"name": "Ben"})
    intent = client.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "usd",
            "confirm": True,
            "customer": customer.id,
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
            "setup_future_usage": "off_session",
            "expand": ["payment_method"],
        }
    )

    assert isinstance(intent.payment_method, stripe.PaymentMethod)
    assert intent.payment_method.customer == customer.id
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(
            {
                "amount": 500,
                "currency": "usd",
                "customer": stranger.id,
                "payment_method": intent.payment_method.id,
                "allowed_payment_method_types": ["card"],
            }
        )
    assert refused.value.param == "payment_method"
