import json
import time

import pytest
import stripe

from tests.support.stripe_openapi import stripe_description
from tests.support.stripe_sandbox import RunningSandbox, WebhookReceiver, hold, stripe_sandbox


def _wait_until_settled(sandbox: RunningSandbox) -> list[dict[str, object]]:
    for _ in range(200):
        deliveries = sandbox.deliveries()
        if deliveries and all(delivery["state"] != "pending" for delivery in deliveries):
            return deliveries
        time.sleep(0.02)
    raise TimeoutError("Deliveries are still pending.")


def test_each_event_arrives_signed_and_as_stripe_describes_it(
    heard: RunningSandbox, receiver: WebhookReceiver
) -> None:
    client = heard.client()
    held = client.v1.payment_intents.capture(hold(client, key="don:1").id, {}, {"idempotency_key": "cap:1"})

    events = receiver.wait_for_types(
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
    )

    for item in receiver.received:
        stripe_description().check_event(json.loads(item.body))
    by_type = {event.type: event for event in events}
    last = by_type["payment_intent.succeeded"]
    assert (last.data.object["id"], last.data.object["status"]) == (held.id, "succeeded")
    assert last.request is not None
    assert last.request.idempotency_key == "cap:1"
    assert by_type["payment_intent.created"].data.object["status"] == "requires_payment_method"
    assert last.api_version == "2026-10-28.endive"
    assert not last.livemode


def test_a_wrong_secret_or_a_changed_body_fails_the_signature(
    heard: RunningSandbox, receiver: WebhookReceiver
) -> None:
    heard.client().v1.customers.create({})
    item = receiver.wait_for(bool)[0]

    with pytest.raises(stripe.SignatureVerificationError):
        item.event("whsec_other")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(item.body + b" ", item.signature, heard.webhook_secret)


@pytest.mark.parametrize("answer", [500, 404, 302])
def test_what_is_not_answered_2xx_is_sent_again_until_it_is(
    heard: RunningSandbox, receiver: WebhookReceiver, answer: int
) -> None:
    receiver.answers = [answer, answer]
    client = heard.client()
    client.v1.customers.create({})

    receiver.wait_for(lambda received: len(received) == 3)

    (delivery,) = _wait_until_settled(heard)
    assert delivery["state"] == "succeeded"
    event = client.v1.events.list({}).data[0]
    assert event.pending_webhooks == 0
    assert len({item.body for item in receiver.received}) == 1


def test_an_event_is_given_up_after_three_retries(heard: RunningSandbox, receiver: WebhookReceiver) -> None:
    receiver.answers = [500] * 4
    client = heard.client()
    client.v1.customers.create({})

    (delivery,) = _wait_until_settled(heard)

    assert delivery["state"] == "failed"
    assert len(receiver.received) == 4
    undelivered = client.v1.events.list({"delivery_success": False}).data
    assert [event.pending_webhooks for event in undelivered] == [1]
    assert client.v1.events.list({"delivery_success": True}).data == []

    heard.resend(undelivered[0].id)
    receiver.wait_for(lambda received: len(received) == 5)
    _wait_until_settled(heard)
    assert client.v1.events.list({"delivery_success": False}).data == []
    assert {delivery["state"] for delivery in heard.deliveries(undelivered[0].id)} == {"failed", "succeeded"}


def test_a_receiver_that_cannot_be_reached_or_is_too_slow_is_written_down(receiver: WebhookReceiver) -> None:
    receiver.delay = 0.5
    options = ("--webhook-timeout", "0.1", "--webhook-pauses", "")
    with stripe_sandbox(webhook_url=receiver.url, options=options) as slow:
        slow.client().v1.webhook_endpoints.create(
            {"url": "http://127.0.0.1:1/nobody", "enabled_events": ["customer.created"]}
        )
        slow.client().v1.customers.create({})

        errors = {str(delivery["attempts"]) for delivery in _wait_until_settled(slow)}

    assert any("ReadTimeout" in error for error in errors)
    assert any("ConnectionError" in error for error in errors)


def test_a_slow_receiver_does_not_hold_up_the_other_events(
    heard: RunningSandbox, receiver: WebhookReceiver
) -> None:
    receiver.delay = 0.5
    client = heard.client()
    started = time.monotonic()
    for _ in range(6):
        client.v1.customers.create({})

    receiver.wait_for(lambda received: len(received) == 6)

    assert time.monotonic() - started < 2.5


def test_webhook_faults_happen_to_one_delivery_each(heard: RunningSandbox, receiver: WebhookReceiver) -> None:
    client = heard.client()

    heard.fault("webhook", "duplicate")
    client.v1.customers.create({})
    twice = receiver.wait_for(lambda received: len(received) == 2)
    assert twice[0].event().id == twice[1].event().id

    for count, kind in enumerate(("bad_signature", "stale"), start=3):
        heard.fault("webhook", kind)
        client.v1.customers.create({})
        item = receiver.wait_for_count(count)[-1]
        with pytest.raises(stripe.SignatureVerificationError):
            item.event()

    heard.fault("webhook", "withhold")
    client.v1.customers.create({})
    receiver.wait_for(lambda received: len(received) == 5)


def test_endpoints_hear_what_they_asked_for(heard: RunningSandbox, receiver: WebhookReceiver) -> None:
    client = heard.client()
    with WebhookReceiver() as second:
        endpoint = client.v1.webhook_endpoints.create(
            {
                "url": second.url,
                "enabled_events": ["payment_intent.created"],
                "api_version": "2026-08-26.dahlia",
                "description": "second",
                "metadata": {"of": "test"},
            }
        )
        assert endpoint.secret is not None
        client.v1.customers.create({})
        client.v1.payment_intents.create(
            {"amount": 500, "currency": "usd", "allowed_payment_method_types": ["card"]}
        )
        event = second.wait_for(bool)[0].event(endpoint.secret)
        receiver.wait_for_types("customer.created", "payment_intent.created")
        _wait_until_settled(heard)

        assert len(second.received) == 1
        assert (event.type, event.api_version) == ("payment_intent.created", "2026-08-26.dahlia")


def test_during_a_rotation_both_secrets_are_good(heard: RunningSandbox, receiver: WebhookReceiver) -> None:
    client = heard.client()
    endpoint = client.v1.webhook_endpoints.list({}).data[0]

    new = heard.roll_secret(endpoint.id)
    client.v1.customers.create({})

    item = receiver.wait_for(bool)[0]
    assert item.event(new).id == item.event(heard.webhook_secret).id


def test_an_endpoint_is_changed_disabled_and_deleted(
    heard: RunningSandbox, receiver: WebhookReceiver
) -> None:
    client = heard.client()
    endpoint = client.v1.webhook_endpoints.list({}).data[0]
    assert "secret" not in endpoint

    changed = client.v1.webhook_endpoints.update(
        endpoint.id,
        {
            "disabled": True,
            "enabled_events": ["charge.failed"],
            "url": receiver.url,
            "description": "",
            "metadata": {"a": "b"},
        },
    )
    assert (changed.status, changed.enabled_events) == ("disabled", ["charge.failed"])
    assert client.v1.webhook_endpoints.retrieve(endpoint.id).status == "disabled"
    client.v1.customers.create({})
    assert client.v1.webhook_endpoints.delete(endpoint.id).deleted
    assert client.v1.webhook_endpoints.list({}).data == []
    assert receiver.received == []


def test_a_change_of_an_endpoint_leaves_the_rest_as_it_was(heard: RunningSandbox) -> None:
    client = heard.client()
    before = client.v1.webhook_endpoints.list({}).data[0]

    client.v1.webhook_endpoints.update(before.id, {"description": "The site"})
    after = client.v1.webhook_endpoints.update(before.id, {"metadata": {"a": "b"}})

    assert (after.description, after.metadata.to_dict()) == ("The site", {"a": "b"})
    assert (after.url, after.enabled_events, after.status) == (before.url, ["*"], "enabled")


def test_what_waits_for_a_deleted_endpoint_is_given_up(
    heard: RunningSandbox, receiver: WebhookReceiver
) -> None:
    client = heard.client()
    endpoint = client.v1.webhook_endpoints.list({}).data[0]
    receiver.answers = [500] * 4
    heard.fault("webhook", "delay", seconds=0.3)
    client.v1.customers.create({})

    client.v1.webhook_endpoints.delete(endpoint.id)

    (delivery,) = _wait_until_settled(heard)
    assert delivery["state"] == "failed"


@pytest.mark.parametrize(
    "url", ["https://example.org/hook", "ftp://127.0.0.1/", "http://10.0.0.1/", "nothing"]
)
def test_events_never_leave_this_machine(sandbox: RunningSandbox, url: str) -> None:
    answer = sandbox.post("/v1/webhook_endpoints", {"url": url, "enabled_events[]": "*"})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "url")


def test_an_endpoint_names_at_least_one_event(sandbox: RunningSandbox) -> None:
    answer = sandbox.post("/v1/webhook_endpoints", {"url": "http://localhost:1/", "enabled_events": ""})

    assert answer.json()["error"]["param"] == "enabled_events"


def test_events_are_named_one_by_one(sandbox: RunningSandbox) -> None:
    form = {
        "url": "http://localhost:1/",
        "enabled_events[0]": "charge.failed",
        "enabled_events[1]": "charge.*",
    }

    assert sandbox.post("/v1/webhook_endpoints", form).json()["error"]["param"] == "enabled_events[1]"


def test_a_disabled_endpoint_is_sent_nothing_more(heard: RunningSandbox, receiver: WebhookReceiver) -> None:
    client = heard.client()
    heard.fault("webhook", "delay", seconds=0.3)
    client.v1.customers.create({})

    client.v1.webhook_endpoints.update(client.v1.webhook_endpoints.list({}).data[0].id, {"disabled": True})

    (delivery,) = _wait_until_settled(heard)
    assert (delivery["state"], receiver.received) == ("failed", [])


def test_events_are_kept_for_30_days(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    client.v1.customers.create({})
    event = client.v1.events.list({"limit": 1}).data[0]
    sandbox.advance(30 * 24 * 3600 + 60)

    assert client.v1.events.list({"type": event.type}).data == []
    with pytest.raises(stripe.InvalidRequestError) as forgotten:
        client.v1.events.retrieve(event.id)
    assert forgotten.value.code == "resource_missing"


def test_events_are_found_by_type(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({})

    by_star = client.v1.events.list({"type": "customer.*", "limit": 1}).data[0]
    by_types = client.v1.events.list({"types": ["customer.created", "charge.failed"], "limit": 1}).data[0]

    assert by_star.data.object["id"] == by_types.data.object["id"] == customer.id
    assert client.v1.events.retrieve(by_star.id).type == "customer.created"


def test_too_many_types_or_two_ways_to_name_them_are_refused(sandbox: RunningSandbox) -> None:
    many = "&".join("types[]=charge.failed" for _ in range(21))

    assert sandbox.get(f"/v1/events?{many}").json()["error"]["param"] == "types"
    assert sandbox.get("/v1/events?types[]=a&type=b").json()["error"]["param"] == "type"
