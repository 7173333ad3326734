from typing import Any

import pytest
import stripe

from tests.support.monthly_gifts import (
    HOUR,
    Telling,
    answer_bank,
    donor,
    intent_of,
    latest_invoice,
    price_data,
    product,
    subscribe,
)
from tests.support.stripe_sandbox import RunningSandbox, card_token

_FIRST = [
    "customer.subscription.created",
    "invoice.created",
    "invoice.finalized",
    "payment_intent.created",
]


@pytest.fixture
def telling(alone: RunningSandbox) -> Telling:
    return Telling(alone.client())


def test_a_monthly_gift_is_paid_and_active_at_once(telling: Telling) -> None:
    client = telling.client
    giver = donor(client)
    product(client)
    telling.types()

    gift = subscribe(client, giver, 700)

    assert (gift.status, gift.currency, gift.metadata["gift"]) == ("active", "usd", "g1")
    invoice = latest_invoice(gift)
    assert (invoice.status, invoice.billing_reason) == ("paid", "subscription_create")
    assert (invoice.amount_due, invoice.amount_paid, invoice.amount_remaining) == (700, 700, 0)
    assert invoice.parent is not None
    assert invoice.parent.subscription_details is not None
    assert invoice.parent.subscription_details.subscription == gift.id
    assert invoice.payments is not None
    assert [payment.status for payment in invoice.payments.data] == ["paid"]
    assert invoice.confirmation_secret is not None
    intent = intent_of(client, str(invoice.id))
    assert invoice.confirmation_secret.client_secret == intent.client_secret
    assert (intent.status, intent.amount_received, intent.customer) == ("succeeded", 700, giver[0])
    item = gift.items.data[0]
    assert 28 * 24 * HOUR <= item.current_period_end - item.current_period_start <= 31 * 24 * HOUR
    assert telling.types() == [
        "price.created",
        *_FIRST,
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
    ]


@pytest.mark.parametrize(
    ("currency", "amount"), [("usd", 500), ("eur", 500), ("gbp", 500), ("jpy", 1000), ("kwd", 1500)]
)
def test_a_monthly_gift_can_be_in_each_currency(
    client: stripe.StripeClient, currency: str, amount: int
) -> None:
    gift = subscribe(client, donor(client), amount, currency=currency)

    intent = intent_of(client, str(latest_invoice(gift).id))
    assert (gift.status, intent.currency, intent.amount_received) == ("active", currency, amount)


def test_a_declined_first_payment_leaves_it_incomplete_until_another_card_pays(telling: Telling) -> None:
    client = telling.client
    giver = donor(client, "pm_card_chargeCustomerFail")
    product(client)
    telling.types()

    gift = subscribe(client, giver)

    assert gift.status == "incomplete"
    invoice = latest_invoice(gift)
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == ("open", 1, None)
    assert telling.types() == [
        "price.created",
        *_FIRST,
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
    ]
    intent = intent_of(client, str(invoice.id))
    assert (intent.status, intent.amount_received) == ("requires_payment_method", 0)
    paid = client.v1.payment_intents.confirm(intent.id, {"confirmation_token": card_token(client)})
    assert paid.status == "succeeded"
    after = client.v1.subscriptions.retrieve(gift.id, {"expand": ["latest_invoice"]})
    assert (after.status, latest_invoice(after).status) == ("active", "paid")
    assert isinstance(paid.payment_method, str)
    assert client.v1.payment_methods.retrieve(paid.payment_method).customer == giver[0]
    assert telling.events()[-1].to_dict()["data"]["previous_attributes"] == {"status": "incomplete"}


def test_the_card_that_completes_it_becomes_its_own_where_it_says_so(client: stripe.StripeClient) -> None:
    giver = donor(client, "pm_card_chargeCustomerFail")
    gift = subscribe(client, giver, payment_settings={"save_default_payment_method": "on_subscription"})
    intent = intent_of(client, str(latest_invoice(gift).id))

    paid = client.v1.payment_intents.confirm(intent.id, {"confirmation_token": card_token(client)})

    assert client.v1.subscriptions.retrieve(gift.id).default_payment_method == paid.payment_method


@pytest.mark.parametrize(("answer", "status"), [("complete", "active"), ("fail", "incomplete")])
def test_a_first_payment_that_needs_its_owner_waits_for_the_bank(
    telling: Telling, alone: RunningSandbox, answer: str, status: str
) -> None:
    client = telling.client
    giver = donor(client, "pm_card_authenticationRequired")
    telling.types()

    gift = subscribe(client, giver)

    assert gift.status == "incomplete"
    assert telling.types()[-2:] == ["payment_intent.requires_action", "invoice.payment_action_required"]
    secret = latest_invoice(gift).confirmation_secret
    assert secret is not None
    answer_bank(alone, secret.client_secret, passed=answer == "complete")
    assert client.v1.subscriptions.retrieve(gift.id).status == status
    assert ("invoice.payment_failed" in telling.types()) is (answer == "fail")


def test_an_unpaid_first_invoice_expires_after_23_hours(telling: Telling, alone: RunningSandbox) -> None:
    client = telling.client
    gift = subscribe(client, donor(client, "pm_card_chargeCustomerFail"))
    invoice = latest_invoice(gift)
    telling.types()

    alone.advance(23 * HOUR - 60)
    assert client.v1.subscriptions.retrieve(gift.id).status == "incomplete"
    alone.advance(61)

    assert client.v1.subscriptions.retrieve(gift.id).status == "incomplete_expired"
    assert client.v1.invoices.retrieve(str(invoice.id)).status == "void"
    assert intent_of(client, str(invoice.id)).status == "canceled"
    assert client.v1.invoice_payments.list({"invoice": str(invoice.id)}).data[0].status == "canceled"
    assert telling.types() == [
        "customer.subscription.updated",
        "payment_intent.canceled",
        "invoice.voided",
    ]
    alone.advance(70 * 24 * HOUR)
    assert telling.types() == []


def test_default_incomplete_waits_for_the_page_to_confirm(client: stripe.StripeClient) -> None:
    gift = subscribe(client, donor(client), payment_behavior="default_incomplete")
    intent = intent_of(client, str(latest_invoice(gift).id))
    assert (gift.status, intent.status) == ("incomplete", "requires_confirmation")

    client.v1.payment_intents.confirm(intent.id)

    assert client.v1.subscriptions.retrieve(gift.id).status == "active"


def test_error_if_incomplete_leaves_nothing_behind(telling: Telling) -> None:
    client = telling.client
    giver = donor(client, "pm_card_chargeCustomerFail")
    product(client)
    telling.types()

    with pytest.raises(stripe.CardError) as declined:
        subscribe(client, giver, payment_behavior="error_if_incomplete")

    assert declined.value.code == "card_declined"
    assert client.v1.subscriptions.list({"customer": giver[0], "status": "all"}).data == []
    assert telling.types() == []


def test_error_if_incomplete_is_as_good_as_any_with_a_good_card(client: stripe.StripeClient) -> None:
    assert subscribe(client, donor(client), payment_behavior="error_if_incomplete").status == "active"


def test_the_customers_default_card_pays_where_none_is_named(client: stripe.StripeClient) -> None:
    customer, method = donor(client)
    parameters: Any = {"items": [{"price_data": price_data(client, 500)}], "customer": customer}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.subscriptions.create(parameters)
    assert refused.value.code == "resource_missing"

    client.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method}})

    gift = client.v1.subscriptions.create(parameters)
    assert (gift.status, gift.default_payment_method) == ("active", None)


def test_the_same_key_makes_one_subscription(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    customer, method = donor(client)
    form = {
        "customer": customer,
        "default_payment_method": method,
        "items[0][price_data][product]": product(client),
        "items[0][price_data][currency]": "usd",
        "items[0][price_data][unit_amount]": "500",
        "items[0][price_data][recurring][interval]": "month",
    }

    answers = [sandbox.post("/v1/subscriptions", form, Idempotency_Key=f"sub:{customer}") for _ in range(2)]

    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert len(client.v1.payment_intents.list({"customer": customer}).data) == 1


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"items": ""}, "items"),
        ({"items[0][quantity]": "1"}, "items[0][price]"),
        ({"items[0][price]": "price_x"}, "items[0][price]"),
        ({"items[0][price_data][product]": "prod_x"}, "items[0][price_data][product]"),
        ({"items[0][price_data][unit_amount]": "1"}, "amount"),
        ({"currency": "eur"}, "currency"),
        ({"customer": "cus_x"}, "customer"),
        ({"default_payment_method": "pm_x"}, "default_payment_method"),
        ({"default_payment_method": "pm_card_visa"}, "default_payment_method"),
        ({"trial_period_days": "7"}, "trial_period_days"),
        ({"payment_behavior": "pending_if_incomplete"}, "payment_behavior"),
        ({"items[0][price]": "price_x", "both": ""}, "both"),
    ],
)
def test_what_cannot_begin_is_refused_by_name(
    sandbox: RunningSandbox, client: stripe.StripeClient, change: dict[str, str], param: str
) -> None:
    customer, method = donor(client)
    data = "items[0][price_data]"
    form = {
        "customer": customer,
        "default_payment_method": method,
        f"{data}[product]": product(client),
        f"{data}[currency]": "usd",
        f"{data}[unit_amount]": "500",
        f"{data}[recurring][interval]": "month",
    }
    if any(name.startswith("items") and data not in name for name in change):
        form = {name: value for name, value in form.items() if data not in name}

    error = sandbox.post("/v1/subscriptions", form | change).json()["error"]

    assert error["param"] == param


def test_a_price_and_an_inline_price_exclude_each_other(client: stripe.StripeClient) -> None:
    gift = subscribe(client, donor(client))
    both: Any = [{"price": gift.items.data[0].price.id, "price_data": price_data(client, 500)}]

    with pytest.raises(stripe.InvalidRequestError) as refused:
        subscribe(client, donor(client), items=both)

    assert refused.value.param == "items[0]"


def test_items_share_currency_and_interval(client: stripe.StripeClient) -> None:
    monthly, euros = price_data(client, 500), price_data(client, 500, "eur")
    yearly = {**monthly, "recurring": {"interval": "year"}}

    two = subscribe(
        client, donor(client), items=[{"price_data": monthly}, {"price_data": monthly, "quantity": 2}]
    )

    assert latest_invoice(two).amount_due == 1500
    for other in (euros, yearly):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            subscribe(client, donor(client), items=[{"price_data": monthly}, {"price_data": other}])
        assert refused.value.param == "items"
