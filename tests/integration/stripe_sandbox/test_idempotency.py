from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import stripe

from tests.support.stripe_sandbox import RunningSandbox, card_token, hold

_GIFT = {"amount": "500", "currency": "usd", "allowed_payment_method_types[]": "card"}
_DECLINING = {**_GIFT, "confirm": "true", "payment_method": "pm_card_visa_chargeDeclined"}


def _create(sandbox: RunningSandbox, key: str, form: dict[str, str]) -> requests.Response:
    return sandbox.post("/v1/payment_intents", form, Idempotency_Key=key)


def test_the_same_key_gives_the_same_answer_and_no_second_intent(client: stripe.StripeClient) -> None:
    token = card_token(client)

    first = hold(client, token=token, key="same")
    second = hold(client, token=token, key="same")

    assert first.id == second.id
    assert second.last_response is not None
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert first.last_response is not None
    assert second.last_response.headers["Original-Request"] == first.last_response.headers["Request-Id"]


def test_a_key_cannot_be_used_for_something_else(sandbox: RunningSandbox) -> None:
    _create(sandbox, "other", _GIFT)

    answer = _create(sandbox, "other", {**_GIFT, "amount": "700"})
    elsewhere = sandbox.post("/v1/customers", {}, Idempotency_Key="other")

    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "idempotency_error")
    assert elsewhere.json()["error"]["type"] == "idempotency_error"


def test_the_order_of_parameters_makes_no_other_request(sandbox: RunningSandbox) -> None:
    first = _create(sandbox, "ordered", _GIFT)

    again = _create(sandbox, "ordered", dict(reversed(_GIFT.items())))

    assert again.json()["id"] == first.json()["id"]


def test_a_decline_is_replayed(sandbox: RunningSandbox) -> None:
    first = _create(sandbox, "declined", _DECLINING)
    second = _create(sandbox, "declined", _DECLINING)

    assert first.status_code == second.status_code == 402
    assert first.text == second.text
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_an_error_of_state_is_replayed(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    held = hold(client)
    client.v1.payment_intents.capture(held.id)
    path = f"/v1/payment_intents/{held.id}/capture"

    answers = [sandbox.post(path, {}, Idempotency_Key="late capture") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_a_failed_check_of_parameters_is_not_stored(sandbox: RunningSandbox) -> None:
    refused = _create(sandbox, "mended", {**_GIFT, "amount": "five"})
    mended = _create(sandbox, "mended", _GIFT)

    assert (refused.status_code, mended.status_code) == (400, 200)


def test_a_key_in_flight_is_a_conflict(sandbox: RunningSandbox) -> None:
    def send(_: int) -> requests.Response:
        return sandbox.post("/v1/customers", {"name": "Ann"}, Idempotency_Key="slow")

    sandbox.fault("POST /v1/customers", "delay", seconds=1.0)
    with ThreadPoolExecutor(2) as pool:
        done, conflict = sorted(pool.map(send, range(2)), key=lambda answer: answer.status_code)

    assert (done.status_code, conflict.status_code) == (200, 409)
    assert conflict.json()["error"]["code"] == "idempotency_key_in_use"
    assert send(0).headers["Original-Request"] == done.headers["Request-Id"]


def test_many_requests_at_once_with_one_key_make_one_intent(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    customer = client.v1.customers.create({"name": "Ann"}).id
    form = {**_GIFT, "confirm": "true", "payment_method": "pm_card_visa", "customer": customer}

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: _create(sandbox, "parallel", form), range(12)))

    assert {answer.status_code for answer in answers} <= {200, 409}
    made = client.v1.payment_intents.list({"customer": customer}).data
    assert {answer.json()["id"] for answer in answers if answer.status_code == 200} == {made[0].id}
    assert len(made) == len(client.v1.charges.list({"customer": customer}).data) == 1


def test_a_key_is_forgotten_after_a_day(sandbox: RunningSandbox) -> None:
    first = _create(sandbox, "yesterday", _GIFT)

    sandbox.advance(24 * 3600)

    assert _create(sandbox, "yesterday", _GIFT).json()["id"] != first.json()["id"]


def test_a_key_can_have_255_characters(sandbox: RunningSandbox) -> None:
    assert _create(sandbox, "k" * 255, _GIFT).status_code == 200
    assert _create(sandbox, "k" * 256, _GIFT).status_code == 400


@pytest.mark.parametrize("kind", ["drop_after", "error_before", "lock"])
def test_the_sdk_comes_to_one_intent_through_a_fault(
    sandbox: RunningSandbox, client: stripe.StripeClient, kind: str
) -> None:
    token = card_token(client)
    sandbox.fault("POST /v1/payment_intents", kind)

    held = hold(client, token=token, key=f"through {kind}")

    assert held.status == "requires_capture"
    assert len(client.v1.charges.list({"payment_intent": held.id}).data) == 1
    assert client.v1.confirmation_tokens.retrieve(token).payment_intent == held.id


def test_an_error_after_the_work_is_stored_though_the_work_stands(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    token = card_token(client)
    sandbox.fault("POST /v1/payment_intents", "error_after")

    for _ in range(2):
        with pytest.raises(stripe.APIError):
            hold(client, token=token, key="lost answer")

    intent = client.v1.confirmation_tokens.retrieve(token).payment_intent
    assert intent is not None
    assert client.v1.payment_intents.retrieve(intent).status == "requires_capture"


def test_the_answer_to_a_repeat_can_be_lost_as_well(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    token = card_token(client)
    sandbox.fault("POST /v1/payment_intents", "drop_after", count=3)

    with pytest.raises(stripe.APIConnectionError):
        hold(client, token=token, key="lost for good")

    assert client.v1.confirmation_tokens.retrieve(token).payment_intent is not None
