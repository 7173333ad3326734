import pytest
import requests
import stripe

from tests.support.monthly_gifts import Telling, donor, latest_invoice, replace_card, save_card, subscribe
from tests.support.stripe_sandbox import RunningSandbox, hold


def _told(client: stripe.StripeClient, identifier: str) -> list[stripe.Event]:
    events = client.v1.events.list({"limit": 100, "type": "payment_method.*"}).data
    return [event for event in reversed(events) if getattr(event.data.object, "id", None) == identifier]


def test_a_card_is_attached_changed_listed_and_detached(client: stripe.StripeClient) -> None:
    customer, method = donor(client)

    changed = client.v1.payment_methods.update(
        method,
        {
            "card": {"exp_month": 3, "exp_year": 2031},
            "billing_details": {"name": "Ann Donor", "address": {"city": "Springfield"}},
            "allow_redisplay": "always",
            "metadata": {"donor": "d1"},
        },
    )
    listed = client.v1.payment_methods.list({"customer": customer, "type": "card"})
    of_customer = client.v1.customers.payment_methods.list(customer)
    found = client.v1.customers.payment_methods.retrieve(customer, method)
    detached = client.v1.payment_methods.detach(method)

    assert changed.card is not None
    assert (changed.card.exp_month, changed.card.exp_year) == (3, 2031)
    assert changed.billing_details.name == "Ann Donor"
    assert [item.id for item in listed.data] == [item.id for item in of_customer.data] == [found.id]
    assert detached.customer is None
    assert client.v1.payment_methods.list({"customer": customer}).data == []
    told = _told(client, method)
    assert [event.type for event in told] == [
        "payment_method.attached",
        "payment_method.updated",
        "payment_method.detached",
    ]
    assert told[2].to_dict()["data"]["previous_attributes"] == {"customer": customer}


def test_a_detached_card_is_of_no_use_to_anybody(client: stripe.StripeClient) -> None:
    customer, method = donor(client)
    client.v1.payment_methods.detach(method)

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.attach(method, {"customer": customer})
    with pytest.raises(stripe.InvalidRequestError) as charged:
        client.v1.payment_intents.create(
            {
                "amount": 500,
                "currency": "usd",
                "confirm": True,
                "customer": customer,
                "payment_method": method,
                "allowed_payment_method_types": ["card"],
            }
        )
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.detach(method)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.update(method, {"metadata": {"a": "b"}})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.payment_methods.retrieve(customer, method)

    assert charged.value.param == "payment_method"


def test_a_card_belongs_to_one_customer(client: stripe.StripeClient) -> None:
    customer, method = donor(client)
    stranger = client.v1.customers.create({})

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.attach(method, {"customer": stranger.id})

    assert client.v1.payment_methods.attach(method, {"customer": customer}).customer == customer


def test_a_card_the_bank_refuses_is_not_attached(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({})

    with pytest.raises(stripe.CardError) as declined:
        client.v1.payment_methods.attach("pm_card_visa_chargeDeclined", {"customer": customer.id})

    assert (declined.value.http_status, declined.value.code) == (402, "card_declined")


def test_a_test_token_stands_for_a_number_which_servers_never_send(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    method = client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    number = {"type": "card", "card[number]": "4242424242424242"}

    assert method.card is not None
    assert (method.card.last4, method.customer) == ("4242", None)
    assert sandbox.post("/v1/payment_methods", number).json()["error"]["code"] == "parameter_unknown"
    unknown = sandbox.post("/v1/payment_methods", {"type": "card", "card[token]": "tok_imaginary"})
    assert unknown.json()["error"]["code"] == "resource_missing"


def test_detaching_takes_the_card_from_where_it_was_the_default(client: stripe.StripeClient) -> None:
    customer, method = donor(client)
    client.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method}})
    subscription = subscribe(client, (customer, method))

    client.v1.payment_methods.detach(method)

    after = client.v1.customers.retrieve(customer)
    assert after.invoice_settings is not None
    assert after.invoice_settings.default_payment_method is None
    assert client.v1.subscriptions.retrieve(subscription.id).default_payment_method is None


def test_the_network_replaces_a_card_and_the_new_one_counts(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    customer, method = donor(client)
    before = client.v1.payment_methods.retrieve(method)
    assert before.card is not None

    replaced = replace_card(sandbox, method, "pm_card_mastercard")

    assert (replaced["id"], replaced["card"]["brand"]) == (method, "mastercard")
    event = _told(client, method)[-1].to_dict()
    assert event["type"] == "payment_method.automatically_updated"
    assert event["data"]["previous_attributes"]["card"]["fingerprint"] == before.card.fingerprint
    paid = latest_invoice(subscribe(client, (customer, method)))
    assert paid.status == "paid"


def test_an_unknown_card_or_method_is_not_replaced(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    _, method = donor(client)
    url = f"{sandbox.url}/_sandbox/payment_methods"

    unknown_card = requests.post(f"{url}/{method}/replace", json={"card": "pm_card_x"}, timeout=10)
    unknown_method = requests.post(f"{url}/pm_x/replace", json={"card": "pm_card_visa"}, timeout=10)

    assert (unknown_card.status_code, unknown_method.status_code) == (400, 404)


def test_a_card_set_up_once_is_charged_off_session_without_its_owner(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    customer = client.v1.customers.create({}).id
    intent = save_card(client, customer, "pm_card_authenticationRequiredOnSetup")
    answer = requests.post(
        f"{sandbox.url}/endive/authentication",
        json={"key": sandbox.publishable_key, "client_secret": intent.client_secret, "passed": True},
        timeout=10,
    )
    method = answer.json()["payment_method"]

    assert subscribe(client, (customer, method)).status == "active"
    assert hold(client, "pm_card_authenticationRequiredOnSetup").status == "requires_action"


def test_a_deleted_customers_gifts_end_and_cards_go(alone: RunningSandbox) -> None:
    client = alone.client()
    giver = donor(client)
    subscription = subscribe(client, giver)
    telling = Telling(client)
    telling.types()

    assert client.v1.customers.delete(giver[0]).deleted

    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    assert client.v1.payment_methods.retrieve(giver[1]).customer is None
    assert telling.types() == [
        "customer.subscription.deleted",
        "customer.subscription.updated",
        "payment_method.detached",
        "customer.deleted",
    ]
    invoice = latest_invoice(subscription)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.pay(str(invoice.id))
