import pytest
import stripe

from tests.support.stripe_sandbox import RunningSandbox, hold

_CARD_ONLY = {"allowed_payment_method_types[]": "card"}


def _unconfirmed(client: stripe.StripeClient) -> stripe.PaymentIntent:
    return client.v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "allowed_payment_method_types": ["card"]}
    )


def test_an_unconfirmed_intent_waits_for_a_payment_method(client: stripe.StripeClient) -> None:
    intent = _unconfirmed(client)

    assert (intent.status, intent.amount_received, intent.latest_charge) == (
        "requires_payment_method",
        0,
        None,
    )
    assert intent.capture_method == "automatic_async"
    assert intent.client_secret is not None
    assert intent.client_secret.startswith(f"{intent.id}_secret_")


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("49", "usd", "amount_too_small"),
        ("29", "gbp", "amount_too_small"),
        ("100000000", "usd", "amount_too_large"),
        ("12.5", "usd", "parameter_invalid_integer"),
        ("500", "xxx", None),
    ],
)
def test_money_that_stripe_refuses_is_refused(
    sandbox: RunningSandbox, amount: str, currency: str, code: str | None
) -> None:
    answer = sandbox.post("/v1/payment_intents", {"amount": amount, "currency": currency, **_CARD_ONLY})

    assert answer.status_code == 400
    assert answer.json()["error"].get("code") == code
    assert answer.json()["error"]["param"] == ("amount" if amount != "500" else "currency")


@pytest.mark.parametrize(
    ("parameters", "param"),
    [
        ({"customer": "cus_nobody"}, "customer"),
        ({"payment_method": "pm_nothing"}, "payment_method"),
        ({"allowed_payment_method_types[]": "sepa_debit"}, "allowed_payment_method_types"),
        ({"statement_descriptor": "FACTS"}, "statement_descriptor"),
        ({"statement_descriptor_suffix": "123"}, "statement_descriptor_suffix"),
        ({"statement_descriptor_suffix": "GIFT*5"}, "statement_descriptor_suffix"),
        ({"confirmation_token": "ctoken_x"}, "confirmation_token"),
        ({"off_session": "true"}, "off_session"),
        ({"shipping[name]": "Ann"}, "shipping[address]"),
        ({"metadata[a]": "x" * 501}, "metadata[a]"),
        ({"payment_method_options[card][network]": "visa"}, "payment_method_options[card][network]"),
    ],
)
def test_a_wrong_parameter_is_named(sandbox: RunningSandbox, parameters: dict[str, str], param: str) -> None:
    form = {"amount": "500", "currency": "usd", **_CARD_ONLY, **parameters}

    answer = sandbox.post("/v1/payment_intents", form)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_metadata_is_merged_and_an_empty_value_removes_its_key(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "usd",
            "allowed_payment_method_types": ["card"],
            "metadata": {"gift": "g1", "b": "2"},
        }
    )

    changed = client.v1.payment_intents.update(intent.id, {"metadata": {"b": "", "c": "3"}})
    cleared = client.v1.payment_intents.update(intent.id, {"metadata": ""})

    assert changed.metadata.to_dict() == {"gift": "g1", "c": "3"}
    assert cleared.metadata.to_dict() == {}


def test_the_amount_can_change_only_before_it_is_held(client: stripe.StripeClient) -> None:
    intent = _unconfirmed(client)
    held = hold(client)

    assert (
        client.v1.payment_intents.update(intent.id, {"amount": 700, "capture_method": "manual"}).amount == 700
    )
    assert client.v1.payment_intents.update(held.id, {"description": "A gift"}).description == "A gift"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.update(held.id, {"amount": 700})
    assert refused.value.code == "payment_intent_unexpected_state"


def test_a_cancelled_intent_cannot_change_at_all(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.cancel(_unconfirmed(client).id)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.update(intent.id, {"description": "late"})
    assert refused.value.code == "payment_intent_unexpected_state"


def test_the_client_secret_is_checked_when_it_is_given(client: stripe.StripeClient) -> None:
    intent = _unconfirmed(client)
    assert intent.client_secret is not None

    assert (
        client.v1.payment_intents.retrieve(intent.id, {"client_secret": intent.client_secret}).id == intent.id
    )
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.retrieve(intent.id, {"client_secret": "wrong"})


def test_an_unknown_intent_is_a_404_that_names_the_parameter(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.payment_intents.retrieve("pi_unknown")

    assert (missing.value.http_status, missing.value.code, missing.value.param) == (
        404,
        "resource_missing",
        "intent",
    )


def test_intents_are_listed_newest_first_in_pages(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"name": "Ann"})
    made = [
        client.v1.payment_intents.create(
            {
                "amount": 500 + n,
                "currency": "usd",
                "allowed_payment_method_types": ["card"],
                "customer": customer.id,
            }
        ).id
        for n in range(5)
    ]
    newest_first = made[::-1]

    first = client.v1.payment_intents.list({"customer": customer.id, "limit": 2})
    second = client.v1.payment_intents.list(
        {"customer": customer.id, "limit": 2, "starting_after": newest_first[1]}
    )
    back = client.v1.payment_intents.list(
        {"customer": customer.id, "limit": 2, "ending_before": newest_first[4]}
    )

    assert [intent.id for intent in first.data] == newest_first[:2]
    assert first.has_more
    assert [intent.id for intent in second.data] == newest_first[2:4]
    assert [intent.id for intent in back.data] == newest_first[2:4]
    all_ids = [i.id for i in client.v1.payment_intents.list({"customer": customer.id}).auto_paging_iter()]
    assert all_ids == newest_first


def test_a_list_can_be_narrowed_by_creation_time(client: stripe.StripeClient) -> None:
    intent = _unconfirmed(client)

    later = client.v1.payment_intents.list({"created": {"gt": intent.created + 1}})
    same = client.v1.payment_intents.list({"created": intent.created, "limit": 100})
    around = client.v1.payment_intents.list(
        {"created": {"gte": intent.created, "lt": intent.created + 1}, "limit": 100}
    )

    assert intent.id not in [found.id for found in later.data]
    assert intent.id in [found.id for found in same.data]
    assert intent.id in [found.id for found in around.data]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "starting_after=pi_unknown", "starting_after=a&ending_before=b"],
)
def test_a_list_refuses_a_cursor_or_limit_that_makes_no_sense(sandbox: RunningSandbox, query: str) -> None:
    assert sandbox.get(f"/v1/payment_intents?{query}").status_code == 400
