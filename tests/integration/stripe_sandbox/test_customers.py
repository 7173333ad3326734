import pytest
import stripe

from tests.support.stripe_sandbox import RunningSandbox


def test_a_customer_is_made_changed_and_deleted(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create(
        {
            "email": "ann.customer@example.org",
            "name": "Ann",
            "address": {"city": "Springfield", "country": "US"},
            "shipping": {"name": "Ann", "address": {"line1": "1 Main Street"}},
            "preferred_locales": ["en"],
            "payment_method": "pm_card_visa",
            "metadata": {"donor": "d1"},
        }
    )
    changed = client.v1.customers.update(customer.id, {"name": "Ann Donor", "phone": ""})
    found = client.v1.customers.list({"email": "ann.customer@example.org"})
    gone = client.v1.customers.delete(customer.id)

    assert customer.address is not None
    assert (customer.address.city, customer.address.line1) == ("Springfield", None)
    assert (changed.name, changed.phone) == ("Ann Donor", None)
    assert [item.id for item in found.data] == [customer.id]
    assert gone.deleted
    assert client.v1.customers.retrieve(customer.id).deleted
    assert client.v1.customers.list({"email": "ann.customer@example.org"}).data == []
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.update(customer.id, {"name": "again"})
    assert refused.value.http_status == 404


def test_a_change_tells_what_was_before(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"name": "Ann"})
    client.v1.customers.update(customer.id, {"name": "Ann Donor"})
    client.v1.customers.update(customer.id, {"name": "Ann Donor"})

    told = [
        event.to_dict()["data"]["previous_attributes"]
        for event in client.v1.events.list({"type": "customer.updated", "limit": 100}).data
        if event.data.object["id"] == customer.id
    ]

    assert told == [{"name": "Ann"}]


def test_the_default_card_must_be_the_customers_own(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"payment_method": "pm_card_visa"})
    intent = client.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "usd",
            "confirm": True,
            "customer": customer.id,
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
            "setup_future_usage": "off_session",
        }
    )
    assert isinstance(intent.payment_method, str)
    assert client.v1.payment_methods.retrieve(intent.payment_method).customer == customer.id
    stranger = client.v1.customers.create({})

    changed = client.v1.customers.update(
        customer.id, {"invoice_settings": {"default_payment_method": intent.payment_method}}
    )
    assert changed.invoice_settings is not None
    assert changed.invoice_settings.default_payment_method == intent.payment_method
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.update(
            stranger.id, {"invoice_settings": {"default_payment_method": intent.payment_method}}
        )
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.create({"payment_method": intent.payment_method})


def test_an_unknown_customer_is_missing(sandbox: RunningSandbox) -> None:
    answer = sandbox.get("/v1/customers/cus_nobody")

    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "No such customer: 'cus_nobody'"
