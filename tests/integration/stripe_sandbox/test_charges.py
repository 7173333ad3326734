import pytest
import stripe

from tests.support.stripe_sandbox import RunningSandbox, take


def test_what_is_said_about_a_charge_can_change(client: stripe.StripeClient) -> None:
    charge = take(client)

    changed = client.v1.charges.update(
        charge.id,
        {
            "description": "A gift",
            "metadata": {"gift": "g1"},
            "receipt_email": "ann@example.org",
            "fraud_details": {"user_report": "safe"},
            "shipping": {"name": "Ann", "address": {"line1": "1 Main Street"}},
        },
    )

    assert (changed.description, changed.receipt_email) == ("A gift", "ann@example.org")
    assert changed.metadata.to_dict() == {"gift": "g1"}
    assert changed.fraud_details is not None
    assert changed.fraud_details.user_report == "safe"
    told = client.v1.events.list({"type": "charge.updated", "limit": 1}).data[0]
    assert told.data.object["id"] == charge.id
    assert told.data.previous_attributes is not None
    assert told.data.previous_attributes["description"] is None


def test_a_change_that_changes_nothing_is_not_told(client: stripe.StripeClient) -> None:
    charge = take(client)

    client.v1.charges.update(charge.id, {"fraud_details": {"user_report": ""}})

    told = client.v1.events.list({"type": "charge.updated", "limit": 1}).data
    assert charge.id not in [getattr(event.data.object, "id", None) for event in told]


def test_charges_are_listed_by_transfer_group(client: stripe.StripeClient) -> None:
    charge = take(client)
    client.v1.charges.update(charge.id, {"transfer_group": "spring"})

    assert [one.id for one in client.v1.charges.list({"transfer_group": "spring"}).data] == [charge.id]


@pytest.mark.parametrize(
    ("currency", "settled", "rate"), [("usd", 1000, None), ("eur", 1160, 1.16), ("jpy", 640, 0.0064)]
)
def test_every_currency_settles_in_dollars_less_the_fee(
    client: stripe.StripeClient, currency: str, settled: int, rate: float | None
) -> None:
    charge = take(client, amount=1000, currency=currency)

    assert (charge.amount, charge.currency) == (1000, currency)
    booked = charge.balance_transaction
    assert isinstance(booked, stripe.BalanceTransaction)
    assert (booked.amount, booked.currency, booked.exchange_rate) == (settled, "usd", rate)
    assert booked.net == settled - booked.fee
    assert sum(line.amount for line in booked.fee_details) == booked.fee
    refund = client.v1.refunds.create({"charge": charge.id, "expand": ["balance_transaction"]})
    assert isinstance(refund.balance_transaction, stripe.BalanceTransaction)
    assert (refund.balance_transaction.amount, refund.balance_transaction.exchange_rate) == (-settled, rate)


def test_a_card_of_another_country_costs_more(client: stripe.StripeClient) -> None:
    booked = take(client, "pm_card_gb", amount=10_000).balance_transaction

    assert isinstance(booked, stripe.BalanceTransaction)
    assert booked.fee == 470


@pytest.mark.parametrize("currency", ["usd", "eur", "gbp", "jpy", "kwd"])
def test_transactions_are_listed_by_what_they_are(
    sandbox: RunningSandbox, client: stripe.StripeClient, currency: str
) -> None:
    charge = take(client, amount=5000, currency=currency)

    by_source = client.v1.balance_transactions.list({"source": charge.id, "type": "charge"}).data

    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert [one.id for one in by_source] == [charge.balance_transaction.id]
    assert client.v1.balance_transactions.list({"source": charge.id, "currency": "eur"}).data == []
    assert sandbox.get("/v1/balance_transactions?payout=po_none").json()["error"]["param"] == "payout"
