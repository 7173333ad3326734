import pytest
import stripe

from tests.support.stripe_sandbox import RunningSandbox, hold


def _types(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> list[str]:
    """Read the types of an intent's events, oldest first."""
    events = client.v1.events.list({"limit": 100}).data
    about = [event for event in events if intent.id in str(event.data.object)]
    return [event.type for event in reversed(about)]


def test_a_capture_takes_what_is_held_less_the_fee(client: stripe.StripeClient) -> None:
    held = hold(client)

    taken = client.v1.payment_intents.capture(held.id, {"expand": ["latest_charge.balance_transaction"]})

    assert (taken.status, taken.amount_received, taken.amount_capturable) == ("succeeded", 500, 0)
    charge = taken.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.captured, charge.amount_captured, charge.amount_refunded) == (True, 500, 0)
    booked = charge.balance_transaction
    assert isinstance(booked, stripe.BalanceTransaction)
    assert (booked.amount, booked.fee, booked.net, booked.source) == (500, 45, 455, charge.id)
    assert _types(client, held) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
    ]


def test_a_partial_capture_releases_the_rest(client: stripe.StripeClient) -> None:
    taken = client.v1.payment_intents.capture(
        hold(client).id,
        {
            "amount_to_capture": 200,
            "expand": ["latest_charge"],
            "metadata": {"note": "part"},
            "statement_descriptor_suffix": "GIFT",
        },
    )

    assert (taken.amount, taken.amount_received) == (500, 200)
    assert isinstance(taken.latest_charge, stripe.Charge)
    assert (taken.latest_charge.amount_captured, taken.latest_charge.amount_refunded) == (200, 300)


@pytest.mark.parametrize(
    ("parameters", "param"),
    [
        ({"statement_descriptor_suffix": "MUCH TOO LONG"}, "statement_descriptor_suffix"),
        ({"statement_descriptor": "FACTS"}, "statement_descriptor"),
    ],
)
def test_a_capture_keeps_to_the_rules_of_statements(
    sandbox: RunningSandbox, client: stripe.StripeClient, parameters: dict[str, str], param: str
) -> None:
    answer = sandbox.post(f"/v1/payment_intents/{hold(client).id}/capture", parameters)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


@pytest.mark.parametrize("amount", ["501", "0", "-1"])
def test_no_more_than_the_hold_and_no_less_than_one_can_be_captured(
    sandbox: RunningSandbox, client: stripe.StripeClient, amount: str
) -> None:
    held = hold(client)

    answer = sandbox.post(f"/v1/payment_intents/{held.id}/capture", {"amount_to_capture": amount})

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "amount_to_capture"
    assert client.v1.payment_intents.retrieve(held.id).status == "requires_capture"


def test_money_is_captured_once(client: stripe.StripeClient) -> None:
    held = hold(client)
    client.v1.payment_intents.capture(held.id)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.capture(held.id)

    assert refused.value.code == "payment_intent_unexpected_state"


def test_a_cancelled_hold_is_told_as_a_refund_of_what_was_never_captured(client: stripe.StripeClient) -> None:
    held = hold(client)

    gone = client.v1.payment_intents.cancel(
        held.id, {"cancellation_reason": "requested_by_customer", "expand": ["latest_charge"]}
    )

    assert (gone.status, gone.cancellation_reason, gone.amount_capturable) == (
        "canceled",
        "requested_by_customer",
        0,
    )
    assert isinstance(gone.latest_charge, stripe.Charge)
    assert (gone.latest_charge.captured, gone.latest_charge.refunded) == (False, True)
    assert _types(client, held)[-2:] == ["charge.refunded", "payment_intent.canceled"]
    refunds = client.v1.refunds.list({"payment_intent": held.id}).data
    assert [(refund.amount, refund.balance_transaction) for refund in refunds] == [(500, None)]


@pytest.mark.parametrize("end", ["capture", "cancel"])
def test_an_ended_intent_cannot_be_cancelled_or_captured(client: stripe.StripeClient, end: str) -> None:
    held = hold(client)
    if end == "capture":
        client.v1.payment_intents.capture(held.id)
    else:
        client.v1.payment_intents.cancel(held.id)

    with pytest.raises(stripe.InvalidRequestError) as not_cancelled:
        client.v1.payment_intents.cancel(held.id)
    with pytest.raises(stripe.InvalidRequestError) as not_captured:
        client.v1.payment_intents.capture(held.id)

    assert not_cancelled.value.code == not_captured.value.code == "payment_intent_unexpected_state"


def test_an_intent_that_waits_for_the_bank_can_be_cancelled(client: stripe.StripeClient) -> None:
    waiting = hold(client, "pm_card_threeDSecure2Required")

    gone = client.v1.payment_intents.cancel(waiting.id)

    assert (gone.status, gone.next_action) == ("canceled", None)
    assert _types(client, waiting)[-1] == "payment_intent.canceled"


def test_a_hold_lapses_when_its_time_is_over(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    held = hold(client)
    sandbox.advance(7 * 24 * 3600 - 60)
    assert client.v1.payment_intents.retrieve(held.id).status == "requires_capture"

    sandbox.advance(120)

    lapsed = client.v1.payment_intents.retrieve(held.id)
    assert (lapsed.status, lapsed.cancellation_reason) == ("canceled", "automatic")
    assert _types(client, held)[-2:] == ["charge.expired", "payment_intent.canceled"]
    refund = client.v1.refunds.list({"payment_intent": held.id}).data[0]
    assert refund.reason == "expired_uncaptured_charge"


def test_captured_money_becomes_available(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    taken = client.v1.payment_intents.capture(hold(client).id, {"expand": ["latest_charge"]})
    assert isinstance(taken.latest_charge, stripe.Charge)
    booked_id = taken.latest_charge.balance_transaction
    assert isinstance(booked_id, str)
    assert client.v1.balance_transactions.retrieve(booked_id).status == "pending"

    sandbox.advance(3 * 24 * 3600)

    assert client.v1.balance_transactions.retrieve(booked_id, {"expand": ["source"]}).status == "available"
    listed = client.v1.balance_transactions.list({"source": taken.latest_charge.id, "type": "charge"})
    assert [transaction.id for transaction in listed.data] == [booked_id]
