import requests
import stripe

from tests.support.stripe_sandbox import RunningSandbox, hold, take


def _refusal(sandbox: RunningSandbox, path: str, body: dict[str, object]) -> tuple[int, str]:
    answer = requests.post(f"{sandbox.url}/_sandbox/{path}", json=body, timeout=10)
    return answer.status_code, answer.json()["error"].get("param")


def test_an_outcome_can_be_forced_on_a_dispute(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    dispute = sandbox.force("disputes", {"charge": take(client).id})["id"]

    sandbox.force(f"disputes/{dispute}/decide", {"outcome": "won"})

    assert client.v1.disputes.retrieve(dispute).status == "won"
    assert _refusal(sandbox, f"disputes/{dispute}/decide", {"outcome": "lost"}) == (400, "outcome")


def test_an_inquiry_can_be_forced_and_escalated(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    charge = take(client)
    inquiry = sandbox.force("disputes", {"charge": charge.id, "inquiry": True})["id"]
    assert _refusal(sandbox, f"disputes/{inquiry}/decide", {"outcome": "won"}) == (400, "outcome")

    sandbox.force(f"disputes/{inquiry}/decide", {"outcome": "needs_response"})

    dispute = client.v1.disputes.retrieve(inquiry)
    assert (dispute.status, dispute.balance_transactions[0].amount) == ("needs_response", -500)
    assert dispute.payment_method_details is not None
    assert dispute.payment_method_details.card is not None
    assert dispute.payment_method_details.card.case_type == "chargeback"


def test_what_cannot_happen_at_stripe_cannot_be_forced(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    disputed, refunded = take(client, "pm_card_createDispute"), take(client)
    client.v1.refunds.create({"charge": refunded.id})
    held = hold(client).latest_charge
    assert isinstance(held, stripe.Charge)

    for charge in (disputed, refunded, held):
        assert _refusal(sandbox, "disputes", {"charge": charge.id}) == (400, "charge")
    assert _refusal(sandbox, "disputes", {"charge": "ch_none"}) == (400, "charge")
    assert _refusal(sandbox, "disputes", {"charge": held.id, "reason": "spite"}) == (400, "reason")
    assert _refusal(sandbox, "disputes", {"charge": held.id, "inquiry": 1}) == (400, "inquiry")
    assert _refusal(sandbox, "payout_schedule", {"interval": "hourly"}) == (400, "interval")
    assert _refusal(sandbox, "payouts", {"amount": 1}) == (400, "amount")
    assert _refusal(sandbox, "payouts/po_none/fail", {}) == (404, "id")
