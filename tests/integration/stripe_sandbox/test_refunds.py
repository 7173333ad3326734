import pytest
import stripe

from tests.support.stripe_sandbox import RunningSandbox, hold


def _captured(client: stripe.StripeClient, card: str = "pm_card_visa") -> stripe.PaymentIntent:
    return client.v1.payment_intents.capture(hold(client, card).id)


def test_a_refund_takes_the_money_out_of_the_balance_and_keeps_the_fee(client: stripe.StripeClient) -> None:
    taken = _captured(client)

    refund = client.v1.refunds.create(
        {
            "payment_intent": taken.id,
            "reason": "requested_by_customer",
            "metadata": {"refund": "r1"},
            "expand": ["balance_transaction", "charge"],
        }
    )

    assert (refund.amount, refund.status) == (500, "succeeded")
    assert isinstance(refund.balance_transaction, stripe.BalanceTransaction)
    assert (refund.balance_transaction.net, refund.balance_transaction.fee) == (-500, 0)
    assert isinstance(refund.charge, stripe.Charge)
    assert (refund.charge.refunded, refund.charge.amount_refunded) == (True, 500)
    charge = client.v1.charges.retrieve(refund.charge.id, {"expand": ["refunds.data.balance_transaction"]})
    assert charge.refunds is not None
    assert [one.id for one in charge.refunds.data] == [refund.id]
    assert isinstance(charge.refunds.data[0].balance_transaction, stripe.BalanceTransaction)
    assert client.v1.refunds.retrieve(refund.id).metadata is not None


def test_refunds_add_up_to_what_was_captured_and_no_further(client: stripe.StripeClient) -> None:
    held = hold(client)
    client.v1.payment_intents.capture(held.id, {"amount_to_capture": 300})
    client.v1.refunds.create({"payment_intent": held.id, "amount": 100})

    with pytest.raises(stripe.InvalidRequestError) as too_much:
        client.v1.refunds.create({"payment_intent": held.id, "amount": 201})
    client.v1.refunds.create({"payment_intent": held.id})
    with pytest.raises(stripe.InvalidRequestError) as nothing_left:
        client.v1.refunds.create({"payment_intent": held.id})

    assert too_much.value.param == "amount"
    assert nothing_left.value.code == "charge_already_refunded"
    amounts = [refund.amount for refund in client.v1.refunds.list({"payment_intent": held.id}).data]
    assert amounts == [200, 100]
    assert isinstance(held.latest_charge, stripe.Charge)
    charge = client.v1.charges.retrieve(held.latest_charge.id)
    assert (charge.amount_refunded, charge.refunded) == (500, True)


def test_a_hold_cannot_be_refunded(client: stripe.StripeClient) -> None:
    held = hold(client)
    assert isinstance(held.latest_charge, stripe.Charge)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": held.latest_charge.id})

    assert refused.value.code == "charge_not_refundable"


def test_a_refund_needs_something_to_refund(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    waiting = hold(client, "pm_card_threeDSecure2Required")

    assert sandbox.post("/v1/refunds", {}).json()["error"]["code"] == "parameter_missing"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": waiting.id})
    assert refused.value.code == "payment_intent_unexpected_state"


def test_a_refund_that_fails_later_returns_the_money(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    refund = client.v1.refunds.create({"payment_intent": _captured(client, "pm_card_refundFail").id})
    assert refund.status == "succeeded"

    sandbox.advance(3600)

    failed = client.v1.refunds.retrieve(refund.id, {"expand": ["charge", "failure_balance_transaction"]})
    assert failed.status == "failed"
    assert isinstance(failed.charge, stripe.Charge)
    assert (failed.charge.refunded, failed.charge.amount_refunded) == (False, 0)
    assert isinstance(failed.failure_balance_transaction, stripe.BalanceTransaction)
    assert failed.failure_balance_transaction.amount == 500
    types = [
        event.type for event in client.v1.events.list({"types": ["refund.failed", "refund.updated"]}).data
    ]
    assert types[:2] == ["refund.failed", "refund.updated"]


def test_a_pending_refund_succeeds_later(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    refund = client.v1.refunds.create({"payment_intent": _captured(client, "pm_card_pendingRefund").id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")

    sandbox.advance(3600)

    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_a_refund_takes_metadata_later(client: stripe.StripeClient) -> None:
    refund = client.v1.refunds.create({"payment_intent": _captured(client).id})

    changed = client.v1.refunds.update(refund.id, {"metadata": {"seen": "yes"}})

    assert changed.metadata is not None
    assert changed.metadata["seen"] == "yes"
    assert client.v1.refunds.update(refund.id, {}).metadata == changed.metadata


def test_a_refund_called_fraud_marks_the_charge(client: stripe.StripeClient) -> None:
    taken = _captured(client)

    client.v1.refunds.create({"payment_intent": taken.id, "reason": "fraudulent"})

    charge = client.v1.charges.retrieve(str(taken.latest_charge))
    assert charge.fraud_details is not None
    assert charge.fraud_details.user_report == "fraudulent"
