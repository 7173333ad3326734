import pytest
import requests
import stripe

from tests.support.stripe_sandbox import RunningSandbox, hold, take


def _refund(client: stripe.StripeClient, card: str = "pm_card_visa") -> stripe.Refund:
    return client.v1.refunds.create({"charge": take(client, card).id})


def _state(sandbox: RunningSandbox, refund: stripe.Refund, status: str) -> int:
    url = f"{sandbox.url}/_sandbox/refunds/{refund.id}"
    return requests.post(url, json={"status": status}, timeout=10).status_code


def test_a_refund_that_awaits_the_customer_can_be_cancelled(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    refund = _refund(client)
    sandbox.force(f"refunds/{refund.id}", {"status": "requires_action"})
    waiting = client.v1.refunds.retrieve(refund.id)
    assert waiting.next_action is not None
    assert waiting.next_action.type == "display_details"

    gone = client.v1.refunds.cancel(refund.id, {"expand": ["charge", "failure_balance_transaction"]})

    assert gone.status == "canceled"
    assert "next_action" not in gone
    assert isinstance(gone.charge, stripe.Charge)
    assert (gone.charge.amount_refunded, gone.charge.refunded) == (0, False)
    assert isinstance(gone.failure_balance_transaction, stripe.BalanceTransaction)
    assert gone.failure_balance_transaction.amount == 500
    assert client.v1.refunds.create({"charge": gone.charge.id}).amount == 500


@pytest.mark.parametrize("way", ["helper", "clock"])
def test_a_refund_the_customer_never_answers_expires(
    sandbox: RunningSandbox, client: stripe.StripeClient, way: str
) -> None:
    refund = _refund(client)
    sandbox.force(f"refunds/{refund.id}", {"status": "requires_action"})

    if way == "helper":
        client.v1.test_helpers.refunds.expire(refund.id)
    else:
        sandbox.advance(30 * 24 * 3600)

    expired = client.v1.refunds.retrieve(refund.id)
    assert (expired.status, expired.failure_reason) == ("failed", "expired_or_canceled_card")


def test_a_refund_answered_in_time_does_not_expire(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    refund = _refund(client)
    sandbox.force(f"refunds/{refund.id}", {"status": "requires_action"})
    sandbox.force(f"refunds/{refund.id}", {"status": "succeeded"})

    sandbox.advance(31 * 24 * 3600)

    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_a_refund_that_succeeded_cannot_be_cancelled_or_expired(client: stripe.StripeClient) -> None:
    refund = _refund(client)

    with pytest.raises(stripe.InvalidRequestError) as not_cancelled:
        client.v1.refunds.cancel(refund.id)
    with pytest.raises(stripe.InvalidRequestError) as not_expired:
        client.v1.test_helpers.refunds.expire(refund.id)

    assert not_cancelled.value.code == not_expired.value.code == "refund_unexpected_state"


def test_a_bank_can_fail_any_refund_once(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    refund = _refund(client)
    sandbox.force(f"refunds/{refund.id}", {"status": "pending"})
    assert client.v1.refunds.retrieve(refund.id).pending_reason == "processing"

    sandbox.force(f"refunds/{refund.id}", {"status": "failed"})

    failed = client.v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert "pending_reason" not in failed
    assert _state(sandbox, refund, "succeeded") == 400


def test_a_forced_end_is_final_though_the_card_would_end_otherwise(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    refund = _refund(client, "pm_card_refundFail")
    sandbox.force(f"refunds/{refund.id}", {"status": "pending"})
    sandbox.force(f"refunds/{refund.id}", {"status": "succeeded"})

    sandbox.advance(3600)

    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert _state(sandbox, refund, "lost") == 400


def test_the_release_of_a_hold_is_no_refund_to_force(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    held = hold(client)
    client.v1.payment_intents.cancel(held.id)
    (release,) = client.v1.refunds.list({"payment_intent": held.id}).data

    assert _state(sandbox, release, "failed") == 400
