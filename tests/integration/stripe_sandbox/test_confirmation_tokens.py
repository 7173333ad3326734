import pytest
import requests
import stripe

from tests.support.stripe_sandbox import RunningSandbox, card_token, hold

_TYPED: dict[str, object] = {
    "number": "4242424242424242",
    "exp_month": 12,
    "exp_year": 2099,
    "cvc": "123",
    "billing_details": {"name": "Ann Donor", "email": "ann@example.org"},
}


def _type_card(sandbox: RunningSandbox, **changes: object) -> requests.Response:
    body = {"key": sandbox.publishable_key, **_TYPED, **changes}
    return requests.post(f"{sandbox.url}/endive/confirmation_tokens", json=body, timeout=10)


def test_a_token_shows_the_card_and_who_pays(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    made = _type_card(sandbox, number="5105105105105100").json()

    token = client.v1.confirmation_tokens.retrieve(made["id"])

    preview = token.payment_method_preview
    assert preview is not None
    assert preview.card is not None
    assert (preview.card.funding, preview.card.brand, preview.card.country) == ("prepaid", "mastercard", "US")
    assert (preview.billing_details.name, preview.billing_details.email) == ("Ann Donor", "ann@example.org")
    assert "4242" not in made["id"]
    assert "_number" not in made


def test_the_same_number_has_the_same_fingerprint(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    typed = _type_card(sandbox).json()["payment_method_preview"]["card"]["fingerprint"]
    other = _type_card(sandbox, number="4000008260000000").json()["payment_method_preview"]["card"][
        "fingerprint"
    ]
    named = client.v1.confirmation_tokens.retrieve(card_token(client)).payment_method_preview

    assert named is not None
    assert named.card is not None
    assert named.card.fingerprint == typed
    assert other != typed


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"number": "4242424242424241"}, "incorrect_number", "number"),
        ({"number": "4111 1111"}, "incorrect_number", "number"),
        ({"number": "4111111111111111"}, "card_declined", "number"),
        ({"exp_month": 13}, "invalid_expiry_month", "exp_month"),
        ({"exp_month": "12"}, "invalid_expiry_month", "exp_month"),
        ({"exp_year": 2020}, "invalid_expiry_year", "exp_year"),
        ({"cvc": "12"}, "invalid_cvc", "cvc"),
        ({"number": "378282246310005"}, "invalid_cvc", "cvc"),
    ],
)
def test_a_card_typed_wrongly_is_refused_by_field(
    sandbox: RunningSandbox, changes: dict[str, object], code: str, param: str
) -> None:
    answer = _type_card(sandbox, **changes)

    assert answer.status_code == 402
    assert (answer.json()["error"]["code"], answer.json()["error"]["param"]) == (code, param)


def test_only_publishable_test_keys_make_tokens(sandbox: RunningSandbox) -> None:
    assert _type_card(sandbox, key="sk_test_x").status_code == 401
    assert _type_card(sandbox, key=None).status_code == 401


def test_a_token_must_come_as_json(sandbox: RunningSandbox) -> None:
    answer = requests.post(f"{sandbox.url}/endive/confirmation_tokens", data=_TYPED, timeout=10)

    assert answer.status_code == 400


def test_a_token_is_spent_by_its_first_use(client: stripe.StripeClient) -> None:
    token = card_token(client)
    held = hold(client, token=token)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        hold(client, token=token)

    assert refused.value.param == "confirmation_token"
    assert client.v1.confirmation_tokens.retrieve(token).payment_intent == held.id


def test_a_declined_card_spends_its_token_too(client: stripe.StripeClient) -> None:
    token = card_token(client, "pm_card_visa_chargeDeclined")
    with pytest.raises(stripe.CardError):
        hold(client, token=token)

    with pytest.raises(stripe.InvalidRequestError):
        hold(client, token=token)


def test_a_token_expires(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    token = client.v1.confirmation_tokens.retrieve(card_token(client))
    assert token.expires_at is not None

    sandbox.advance(token.expires_at - token.created + 1)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        hold(client, token=token.id)
    assert refused.value.param == "confirmation_token"


def test_a_token_tells_how_the_card_may_be_used_later(client: stripe.StripeClient) -> None:
    token = client.v1.test_helpers.confirmation_tokens.create(
        {
            "payment_method": "pm_card_visa",
            "setup_future_usage": "off_session",
            "return_url": "https://example.org/thanks",
            "shipping": {"name": "Ann", "address": {"line1": "1 Main Street"}},
        }
    )

    assert (token.setup_future_usage, token.return_url) == ("off_session", "https://example.org/thanks")
    assert hold(client, token=token.id).setup_future_usage == "off_session"


def test_a_token_and_a_payment_method_exclude_each_other(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(
            {
                "amount": 500,
                "currency": "usd",
                "confirm": True,
                "allowed_payment_method_types": ["card"],
                "payment_method": "pm_card_visa",
                "confirmation_token": card_token(client),
            }
        )

    assert refused.value.param == "confirmation_token"


def test_an_unknown_test_card_makes_no_token(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.test_helpers.confirmation_tokens.create({"payment_method": "pm_card_imaginary"})

    assert refused.value.code == "resource_missing"


@pytest.mark.parametrize(
    ("number", "check"),
    [
        ("4000000000000101", "cvc_check"),
        ("4000000000000036", "address_postal_code_check"),
        ("4000000000000028", "address_line1_check"),
    ],
)
def test_a_failed_check_shows_on_the_card(sandbox: RunningSandbox, number: str, check: str) -> None:
    address = {"line1": "1 Main Street", "postal_code": "12345"}

    made = _type_card(sandbox, number=number, billing_details={"name": "Ann", "address": address}).json()

    checks = made["payment_method_preview"]["card"]["checks"]
    assert checks[check] == "fail"
    assert sorted(checks.values()) == ["fail", "pass", "pass"]
