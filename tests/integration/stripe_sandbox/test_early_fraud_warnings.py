import pytest
import stripe

from tests.support.stripe_sandbox import RunningSandbox, take

_CARD = "pm_card_createIssuerFraudRecord"


def _warning(client: stripe.StripeClient, charge: stripe.Charge) -> stripe.radar.EarlyFraudWarning:
    (warning,) = client.v1.radar.early_fraud_warnings.list({"charge": charge.id}).data
    return warning


def test_a_network_warns_of_a_payment_before_any_dispute(client: stripe.StripeClient) -> None:
    charge = take(client, _CARD)

    warning = client.v1.radar.early_fraud_warnings.retrieve(_warning(client, charge).id)

    assert (warning.actionable, warning.charge, warning.payment_intent) == (
        True,
        charge.id,
        charge.payment_intent,
    )
    assert not client.v1.charges.retrieve(charge.id).disputed
    told = client.v1.events.list({"type": "radar.early_fraud_warning.created", "limit": 1}).data[0]
    assert told.data.object["id"] == warning.id


@pytest.mark.parametrize("end", ["refund", "dispute"])
def test_after_a_refund_or_a_dispute_nothing_can_be_done_any_more(
    sandbox: RunningSandbox, client: stripe.StripeClient, end: str
) -> None:
    charge = take(client, _CARD)
    client.v1.refunds.create({"charge": charge.id, "amount": 100})
    assert _warning(client, charge).actionable

    if end == "refund":
        client.v1.refunds.create({"charge": charge.id})
    else:
        sandbox.force("disputes", {"charge": charge.id})

    assert not _warning(client, charge).actionable


def test_a_warning_can_be_forced_on_any_charge(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    charge = take(client)
    client.v1.refunds.create({"charge": charge.id})

    made = sandbox.force("early_fraud_warnings", {"charge": charge.id})

    assert (_warning(client, charge).id, made["actionable"]) == (made["id"], False)
