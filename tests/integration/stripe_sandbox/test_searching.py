import pytest
import stripe

from tests.support.stripe_sandbox import RunningSandbox, take


@pytest.fixture(scope="module")
def customer(client: stripe.StripeClient) -> str:
    """A customer with three intents: 500 (gift a) and 700 (gift b) in dollars, 900 (gift c) in euros."""
    made = client.v1.customers.create({"name": "Searched"}).id
    for amount, currency, gift in ((500, "usd", "a"), (700, "usd", "b"), (900, "eur", "c")):
        client.v1.payment_intents.create(
            {
                "amount": amount,
                "currency": currency,
                "customer": made,
                "allowed_payment_method_types": ["card"],
                "metadata": {"gift": gift, "note": 'O\'Neil "x"'},
            }
        )
    return made


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ("amount:700", [700]),
        ("amount>500", [900, 700]),
        ("amount>=500 amount<900", [700, 500]),
        ("amount<=500", [500]),
        ("currency:'eur'", [900]),
        ('-currency:"eur"', [700, 500]),
        ("metadata['gift']:'b'", [700]),
        ('metadata["note"]:\'O\\\'Neil "x"\' AND amount:900', [900]),
        ("metadata['absent']:null AND amount:500", [500]),
        ("metadata['gift']:null", []),
        ("status:'requires_payment_method' AND amount:'500'", [500]),
        ("status~'payment' AND currency:'eur'", [900]),
        ("status>5", []),
        ("created>0 AND -metadata['gift']:'a'", [900, 700]),
    ],
)
def test_a_query_finds_what_it_describes(
    client: stripe.StripeClient, customer: str, query: str, amounts: list[int]
) -> None:
    found = client.v1.payment_intents.search({"query": f"customer:'{customer}' AND {query}"})

    assert [intent.amount for intent in found.data] == amounts


def test_clauses_can_be_alternatives(client: stripe.StripeClient, customer: str) -> None:
    gifts = client.v1.payment_intents.list({"customer": customer}).data
    query = " OR ".join(f"metadata['gift']:'{gift}'" for gift in ("a", "c"))

    found = client.v1.payment_intents.search({"query": query, "limit": 100})

    assert {intent.amount for intent in found.data if intent.id in {gift.id for gift in gifts}} == {500, 900}


def test_results_come_in_pages(client: stripe.StripeClient, customer: str) -> None:
    first = client.v1.payment_intents.search({"query": f"customer:'{customer}'", "limit": 2})
    assert (len(first.data), first.has_more, first.to_dict()["url"]) == (
        2,
        True,
        "/v1/payment_intents/search",
    )
    assert first.next_page is not None

    second = client.v1.payment_intents.search(
        {"query": f"customer:'{customer}'", "limit": 2, "page": first.next_page}
    )

    assert (len(second.data), second.has_more, second.to_dict()["next_page"]) == (1, False, None)


def test_charges_are_found_by_card_and_state(client: stripe.StripeClient) -> None:
    charge = take(client, "pm_card_amex", amount=4321)
    client.v1.refunds.create({"charge": charge.id})

    found = client.v1.charges.search(
        {
            "query": "payment_method_details.card.brand:'amex' AND refunded:true AND amount:4321",
            "expand": ["data.payment_intent"],
        }
    )

    assert [one.id for one in found.data] == [charge.id]
    assert isinstance(found.data[0].payment_intent, stripe.PaymentIntent)


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("", "query"),
        ("colour:'red'", "query"),
        ("status='succeeded'", "query"),
        ("amount:1 AND", "query"),
        ("amount:1 AND amount:2 OR amount:3", "query"),
        ("amount:1&page=x", "page"),
    ],
)
def test_a_query_stripe_would_not_understand_is_refused(
    sandbox: RunningSandbox, query: str, param: str
) -> None:
    answer = sandbox.get(f"/v1/payment_intents/search?query={query}")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
