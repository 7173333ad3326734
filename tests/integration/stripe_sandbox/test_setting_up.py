import pytest
import stripe

from factually.stripe_sandbox.cards import CARDS
from tests.support.monthly_gifts import answer_bank, save_card
from tests.support.stripe_sandbox import RunningSandbox, card_token, hold

_REFUSED = [card for card in CARDS if card.setup_decline is not None and card.authentication == "none"]
_KEPT = [card for card in CARDS if card.setup_decline is None and card.authentication == "none"]
_ASKING = [card for card in CARDS if card.authentication != "none" and not card.lookup_fails]


def _customer(client: stripe.StripeClient) -> str:
    return client.v1.customers.create({"name": "Ann"}).id


def _told(client: stripe.StripeClient, identifier: str) -> list[str]:
    return [
        event.type
        for event in reversed(client.v1.events.list({"limit": 50}).data)
        if getattr(event.data.object, "id", None) == identifier
    ]


@pytest.mark.parametrize("card", _KEPT, ids=lambda card: card.name)
def test_a_good_card_is_set_up_and_attached(client: stripe.StripeClient, card: object) -> None:
    wanted = next(known for known in CARDS if known == card)
    customer = _customer(client)

    intent = save_card(client, customer, wanted.name)

    assert (intent.status, intent.usage, intent.last_setup_error) == ("succeeded", "off_session", None)
    assert isinstance(intent.payment_method, str)
    method = client.v1.payment_methods.retrieve(intent.payment_method)
    assert method.customer == customer
    assert method.card is not None
    assert (method.card.fingerprint, method.card.country) == (wanted.fingerprint, wanted.country)
    assert _told(client, intent.id) == ["setup_intent.created", "setup_intent.succeeded"]
    assert _told(client, method.id) == ["payment_method.attached"]


@pytest.mark.parametrize("card", _REFUSED, ids=lambda card: card.name)
def test_a_card_the_bank_refuses_is_not_kept(client: stripe.StripeClient, card: object) -> None:
    wanted = next(known for known in CARDS if known == card)
    assert wanted.setup_decline is not None
    customer = _customer(client)

    with pytest.raises(stripe.CardError) as declined:
        save_card(client, customer, wanted.name)

    assert (declined.value.http_status, declined.value.code) == (402, wanted.setup_decline.code)
    assert declined.value.error is not None
    assert declined.value.error.setup_intent is not None
    intent = client.v1.setup_intents.retrieve(
        declined.value.error.setup_intent.id, {"expand": ["latest_attempt"]}
    )
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert intent.last_setup_error is not None
    assert intent.last_setup_error.code == wanted.setup_decline.code
    assert isinstance(intent.latest_attempt, stripe.SetupAttempt)
    assert intent.latest_attempt.status == "failed"
    assert client.v1.payment_methods.list({"customer": customer}).data == []
    assert _told(client, intent.id) == ["setup_intent.created", "setup_intent.setup_failed"]


@pytest.mark.parametrize("card", _ASKING, ids=lambda card: card.name)
def test_a_card_that_asks_is_set_up_once_its_owner_agreed(
    sandbox: RunningSandbox, client: stripe.StripeClient, card: object
) -> None:
    wanted = next(known for known in CARDS if known == card)
    intent = save_card(client, _customer(client), wanted.name)
    assert intent.status == "requires_action"
    assert intent.next_action is not None
    assert intent.next_action.type == "use_stripe_sdk"

    answer = answer_bank(sandbox, intent.client_secret, passed=True)

    after = client.v1.setup_intents.retrieve(intent.id, {"expand": ["latest_attempt", "payment_method"]})
    if wanted.setup_decline is not None:
        assert answer.status_code == 402
        assert after.status == "requires_payment_method"
        return
    assert answer.json()["status"] == after.status == "succeeded"
    assert "metadata" not in answer.json()
    assert isinstance(after.payment_method, stripe.PaymentMethod)
    assert after.payment_method.customer == after.customer
    assert isinstance(after.latest_attempt, stripe.SetupAttempt)
    details = after.latest_attempt.payment_method_details.card
    assert details is not None
    assert details.three_d_secure is not None
    assert details.three_d_secure.result == "authenticated"
    attempts = client.v1.setup_attempts.list({"setup_intent": intent.id})
    assert [attempt.status for attempt in attempts.data] == ["succeeded"]
    assert _told(client, intent.id) == [
        "setup_intent.created",
        "setup_intent.requires_action",
        "setup_intent.succeeded",
    ]


def test_authentication_failed_leaves_no_card(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    intent = save_card(client, _customer(client), "pm_card_threeDSecure2Required")

    answer = answer_bank(sandbox, intent.client_secret, passed=False)

    assert answer.json()["error"]["code"] == "setup_intent_authentication_failure"
    assert "metadata" not in answer.json()["error"]["setup_intent"]
    assert client.v1.setup_intents.retrieve(intent.id).status == "requires_payment_method"
    again = answer_bank(sandbox, intent.client_secret, passed=True)
    assert again.json()["error"]["code"] == "setup_intent_unexpected_state"


def test_a_card_whose_bank_cannot_be_asked_is_declined(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as declined:
        save_card(client, _customer(client), "pm_card_threeDSecureRequiredProcessingError")

    assert declined.value.code == "card_declined"


def test_authentication_can_be_asked_for_by_the_server(client: stripe.StripeClient) -> None:
    intent = client.v1.setup_intents.create(
        {
            "confirm": True,
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
            "payment_method_options": {"card": {"request_three_d_secure": "challenge"}},
        }
    )

    assert intent.status == "requires_action"


def test_a_second_card_is_tried_on_the_same_intent(client: stripe.StripeClient) -> None:
    customer = _customer(client)
    with pytest.raises(stripe.CardError) as declined:
        save_card(client, customer, "pm_card_visa_chargeDeclined")
    assert declined.value.error is not None
    assert declined.value.error.setup_intent is not None

    again = client.v1.setup_intents.confirm(
        declined.value.error.setup_intent.id, {"confirmation_token": card_token(client)}
    )

    assert (again.status, again.last_setup_error) == ("succeeded", None)
    attempts = client.v1.setup_attempts.list({"setup_intent": again.id})
    assert [attempt.status for attempt in attempts.data] == ["succeeded", "failed"]


def test_a_token_is_spent_by_a_set_up(client: stripe.StripeClient) -> None:
    token = card_token(client)
    intent = save_card(client, _customer(client), token=token)

    assert client.v1.confirmation_tokens.retrieve(token).setup_intent == intent.id
    with pytest.raises(stripe.InvalidRequestError) as refused:
        hold(client, token=token)
    assert refused.value.param == "confirmation_token"


def test_an_intent_is_confirmed_later_from_the_browsers_secret(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    intent = client.v1.setup_intents.create({"allowed_payment_method_types": ["card"]})
    path = f"/v1/setup_intents/{intent.id}/confirm"

    wrong = sandbox.post(path, {"client_secret": "seti_x_secret_y", "payment_method": "pm_card_visa"})
    right = sandbox.post(path, {"client_secret": str(intent.client_secret), "payment_method": "pm_card_visa"})

    assert wrong.json()["error"]["param"] == "client_secret"
    assert right.json()["status"] == "succeeded"
    assert right.json()["customer"] is None


@pytest.mark.parametrize(
    ("form", "param"),
    [
        ({"confirm": "true"}, None),
        ({"confirmation_token": "ctoken_x"}, "confirmation_token"),
        ({"confirm": "true", "confirmation_token": "ctoken_x"}, "confirmation_token"),
        (
            {"confirm": "true", "confirmation_token": "ctoken_x", "payment_method": "pm_card_visa"},
            "confirmation_token",
        ),
        ({"customer": "cus_nobody"}, "customer"),
        ({"payment_method": "pm_nothing"}, "payment_method"),
    ],
)
def test_what_cannot_be_set_up_is_refused(
    sandbox: RunningSandbox, form: dict[str, str], param: str | None
) -> None:
    error = sandbox.post("/v1/setup_intents", {"allowed_payment_method_types[]": "card", **form}).json()[
        "error"
    ]

    assert error.get("param") == param


def test_redirecting_methods_need_a_return_url(sandbox: RunningSandbox) -> None:
    form = {"confirm": "true", "payment_method": "pm_card_visa"}
    never = {
        "automatic_payment_methods[enabled]": "true",
        "automatic_payment_methods[allow_redirects]": "never",
    }

    assert sandbox.post("/v1/setup_intents", form).json()["error"]["param"] == "return_url"
    with_url = sandbox.post("/v1/setup_intents", {**form, "return_url": "https://example.org/"})
    assert with_url.json()["status"] == "succeeded"
    assert sandbox.post("/v1/setup_intents", {**form, **never}).status_code == 200


def test_a_set_up_ends_once(client: stripe.StripeClient) -> None:
    done = save_card(client, _customer(client))

    intents = client.v1.setup_intents
    with pytest.raises(stripe.InvalidRequestError) as confirmed:
        intents.confirm(done.id, {"payment_method": "pm_card_visa"})
    with pytest.raises(stripe.InvalidRequestError) as cancelled:
        intents.cancel(done.id)
    with pytest.raises(stripe.InvalidRequestError) as changed:
        intents.update(done.id, {"description": "x"})

    codes = [refused.value.code for refused in (confirmed, cancelled, changed)]
    assert codes == ["setup_intent_unexpected_state"] * 3
    noted = client.v1.setup_intents.update(done.id, {"metadata": {"gift": "g"}})
    assert noted.metadata is not None
    assert noted.metadata["gift"] == "g"


def test_an_open_set_up_is_changed_listed_and_cancelled(client: stripe.StripeClient) -> None:
    customer = _customer(client)
    intent = client.v1.setup_intents.create({"allowed_payment_method_types": ["card"]})

    changed = client.v1.setup_intents.update(
        intent.id,
        {
            "customer": customer,
            "description": "Monthly gift",
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
        },
    )
    cancelled = client.v1.setup_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})

    assert (changed.status, changed.customer) == ("requires_confirmation", customer)
    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")
    assert [found.id for found in client.v1.setup_intents.list({"customer": customer}).data] == [intent.id]
    assert _told(client, intent.id) == ["setup_intent.created", "setup_intent.canceled"]


def test_a_browser_reads_its_own_set_up_and_no_more(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    intent = client.v1.setup_intents.create({"allowed_payment_method_types": ["card"]})

    by_secret = client.v1.setup_intents.retrieve(intent.id, {"client_secret": str(intent.client_secret)})
    wrong = sandbox.get(f"/v1/setup_intents/{intent.id}?client_secret={intent.id}_secret_x")

    assert by_secret.id == intent.id
    assert wrong.status_code == 404


def test_a_card_of_one_donor_is_not_set_up_for_another(client: stripe.StripeClient) -> None:
    method = save_card(client, _customer(client)).payment_method
    assert isinstance(method, str)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.setup_intents.create(
            {
                "customer": _customer(client),
                "payment_method": method,
                "allowed_payment_method_types": ["card"],
            }
        )

    assert refused.value.param == "payment_method"
