import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import stripe

from tests.support.stripe_sandbox import RunningSandbox, WebhookReceiver, card_token, hold

_ROUTE = "POST /v1/customers"


@pytest.fixture(autouse=True)
def _leave_no_fault_behind(sandbox: RunningSandbox) -> Iterator[None]:
    yield
    requests.delete(f"{sandbox.url}/_sandbox/faults", timeout=10)


def _impatient(sandbox: RunningSandbox) -> stripe.StripeClient:
    """Make a client that tries once and waits half a second."""
    return stripe.StripeClient(
        sandbox.secret_key,
        base_addresses=sandbox.base_addresses,
        http_client=stripe.RequestsClient(timeout=0.5),
        max_network_retries=0,
    )


def _events(receiver: WebhookReceiver, count: int) -> list[str]:
    """Wait for so many events and give their ids in the order they came."""
    return [item.event().id for item in receiver.wait_for(lambda received: len(received) >= count)]


def test_a_black_hole_swallows_the_request_and_its_work(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    token = card_token(client)
    sandbox.fault("POST /v1/payment_intents", "black_hole", seconds=30)

    with pytest.raises(stripe.APIConnectionError):
        hold(_impatient(sandbox), token=token, key="swallowed")

    assert client.v1.confirmation_tokens.retrieve(token).payment_intent is None
    assert hold(client, token=token, key="swallowed").status == "requires_capture"


def test_clearing_the_faults_ends_a_black_hole(sandbox: RunningSandbox) -> None:
    sandbox.fault(_ROUTE, "black_hole", seconds=30)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sandbox.post, "/v1/customers", {})
        while requests.get(f"{sandbox.url}/_sandbox/faults", timeout=10).json()["data"]:
            time.sleep(0.01)
        requests.delete(f"{sandbox.url}/_sandbox/faults", timeout=10)

        with pytest.raises(requests.ConnectionError):
            waiting.result(timeout=5)


def test_a_reset_comes_before_the_work(sandbox: RunningSandbox) -> None:
    sandbox.fault(_ROUTE, "reset")

    with pytest.raises(requests.ConnectionError) as reset:
        sandbox.post("/v1/customers", {"name": "Reset"}, Idempotency_Key="reset")

    assert "ConnectionResetError" in repr(reset.value)
    again = sandbox.post("/v1/customers", {"name": "Reset"}, Idempotency_Key="reset")
    assert "Idempotent-Replayed" not in again.headers


def test_an_answer_can_come_one_byte_at_a_time(sandbox: RunningSandbox) -> None:
    sandbox.fault("GET /v1/balance", "trickle", seconds=0.001)

    answer = sandbox.get("/v1/balance")

    assert answer.json()["object"] == "balance"
    assert answer.elapsed.total_seconds() < 5


def test_a_client_gives_up_on_an_answer_that_trickles(sandbox: RunningSandbox) -> None:
    sandbox.fault(_ROUTE, "trickle", seconds=2)

    with pytest.raises(stripe.APIConnectionError):
        _impatient(sandbox).v1.customers.create({"name": "Slow"}, {"idempotency_key": "trickled"})

    kept = sandbox.post("/v1/customers", {"name": "Slow"}, Idempotency_Key="trickled")
    assert kept.headers["Idempotent-Replayed"] == "true"


def test_a_spoilt_answer_is_no_json_though_the_work_stands(sandbox: RunningSandbox) -> None:
    sandbox.fault(_ROUTE, "wrong_json")

    with pytest.raises(stripe.APIError):
        _impatient(sandbox).v1.customers.create({"name": "Spoilt"}, {"idempotency_key": "spoilt"})

    kept = sandbox.post("/v1/customers", {"name": "Spoilt"}, Idempotency_Key="spoilt")
    assert (kept.json()["name"], kept.headers["Idempotent-Replayed"]) == ("Spoilt", "true")


def test_what_still_waits_can_be_read(sandbox: RunningSandbox) -> None:
    sandbox.fault("GET /v1/balance", "rate_limit", count=3)
    sandbox.get("/v1/balance")

    waiting = requests.get(f"{sandbox.url}/_sandbox/faults", timeout=10).json()["data"]

    assert waiting == [{"route": "GET /v1/balance", "kind": "rate_limit", "count": 2, "seconds": 1.0}]


def test_deliveries_come_in_reverse_order(heard: RunningSandbox, receiver: WebhookReceiver) -> None:
    client = heard.client()
    heard.fault("webhook", "reverse", count=4, seconds=1.0)
    for _ in range(4):
        client.v1.customers.create({})
    made = [event.id for event in client.v1.events.list({}).data]

    assert _events(receiver, 4) == made


def test_deliveries_come_in_any_order_but_all_come(heard: RunningSandbox, receiver: WebhookReceiver) -> None:
    client = heard.client()
    heard.fault("webhook", "shuffle", count=10, seconds=0.5)
    for _ in range(10):
        client.v1.customers.create({})

    assert sorted(_events(receiver, 10)) == sorted(event.id for event in client.v1.events.list({}).data)


def test_a_delayed_delivery_lets_the_next_one_pass(heard: RunningSandbox, receiver: WebhookReceiver) -> None:
    client = heard.client()
    heard.fault("webhook", "delay", seconds=0.5)
    client.v1.customers.create({})
    client.v1.customers.create({})

    assert _events(receiver, 2) == [event.id for event in client.v1.events.list({}).data]


def test_a_dropped_event_is_only_found_by_asking(heard: RunningSandbox, receiver: WebhookReceiver) -> None:
    client = heard.client()
    heard.fault("webhook customer.created", "drop")
    lost = client.v1.customers.create({})
    client.v1.customers.update(lost.id, {"name": "Ann"})

    receiver.wait_for_types("customer.updated")
    (undelivered,) = client.v1.events.list({"delivery_success": False}).data

    assert [one["state"] for one in heard.deliveries(state="failed", limit=1)] == ["failed"]
    assert (undelivered.type, undelivered.data.object["id"]) == ("customer.created", lost.id)
    (delivery,) = heard.deliveries(undelivered.id)
    assert (delivery["state"], delivery["attempts"][0]["error"]) == ("failed", "Dropped by a fault.")


def test_a_fault_can_wait_for_one_type_of_event(heard: RunningSandbox, receiver: WebhookReceiver) -> None:
    client = heard.client()
    heard.fault("webhook charge.*", "duplicate")
    client.v1.customers.create({})
    client.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "usd",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
        }
    )

    received = receiver.wait_for(lambda received: len(received) >= 6)

    types = [json.loads(item.body)["type"] for item in received]
    assert len([kind for kind in types if kind.startswith("charge.")]) == 3
    assert types.count("customer.created") == 1
