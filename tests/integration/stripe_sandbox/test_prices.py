import pytest
import stripe

from tests.support.monthly_gifts import donor, product, subscribe
from tests.support.stripe_sandbox import RunningSandbox


def test_a_price_is_made_changed_found_and_used(client: stripe.StripeClient) -> None:
    price = client.v1.prices.create(
        {
            "currency": "eur",
            "product": product(client),
            "unit_amount": 700,
            "recurring": {"interval": "month"},
            "lookup_key": "monthly-7",
            "nickname": "Seven",
        }
    )
    changed = client.v1.prices.update(price.id, {"nickname": "", "metadata": {"a": "b"}})

    assert (price.type, price.unit_amount, changed.nickname) == ("recurring", 700, None)
    assert client.v1.prices.retrieve(price.id).lookup_key == "monthly-7"
    assert client.v1.prices.list({"lookup_keys": ["monthly-7"]}).data[0].id == price.id
    assert price.id in [found.id for found in client.v1.prices.list({"currency": "eur", "active": True}).data]
    gift = subscribe(client, donor(client), items=[{"price": price.id}])
    assert (gift.currency, gift.items.data[0].price.id) == ("eur", price.id)


def test_a_price_can_bring_its_product(client: stripe.StripeClient) -> None:
    price = client.v1.prices.create(
        {
            "currency": "usd",
            "unit_amount": 900,
            "product_data": {"name": "Single gift"},
            "expand": ["product"],
        }
    )

    assert price.type == "one_time"
    assert isinstance(price.product, stripe.Product)
    assert price.product.name == "Single gift"
    with pytest.raises(stripe.InvalidRequestError):
        subscribe(client, donor(client), items=[{"price": price.id}])


def test_an_inline_price_serves_one_gift_only(client: stripe.StripeClient) -> None:
    gift = subscribe(client, donor(client))
    price = gift.items.data[0].price

    assert not price.active
    with pytest.raises(stripe.InvalidRequestError) as refused:
        subscribe(client, donor(client), items=[{"price": price.id}])
    assert refused.value.param == "items[0][price]"


@pytest.mark.parametrize(
    ("form", "param"),
    [
        ({"currency": "usd", "unit_amount": "500"}, "product"),
        (
            {"currency": "usd", "unit_amount": "500", "product": "prod_x", "product_data[name]": "x"},
            "product",
        ),
        ({"currency": "usd", "unit_amount": "500", "product": "prod_x"}, "product"),
        ({"currency": "xxx", "unit_amount": "500", "product": "prod_x"}, "currency"),
        ({"currency": "usd", "unit_amount": "1", "product": "prod_x"}, "amount"),
        ({"currency": "usd", "unit_amount": "500", "tiers_mode": "volume"}, "tiers_mode"),
    ],
)
def test_a_price_that_makes_no_sense_is_refused(
    sandbox: RunningSandbox, form: dict[str, str], param: str
) -> None:
    assert sandbox.post("/v1/prices", form).json()["error"]["param"] == param


def test_a_product_is_made_changed_listed_and_deleted(client: stripe.StripeClient) -> None:
    made = client.v1.products.create({"name": "Mug", "shippable": True, "metadata": {"a": "b"}})
    price = client.v1.prices.create({"currency": "usd", "unit_amount": 900, "product": made.id})
    changed = client.v1.products.update(
        made.id, {"name": "Cup", "description": "A cup", "default_price": price.id, "active": False}
    )
    bare = client.v1.products.create({"id": "bare", "name": "Bare"})

    assert (changed.name, changed.description, changed.default_price) == ("Cup", "A cup", price.id)
    assert made.id in [found.id for found in client.v1.products.list({"active": False}).data]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.products.delete(made.id)
    with pytest.raises(stripe.InvalidRequestError) as taken:
        client.v1.products.create({"id": "bare", "name": "Bare again"})
    assert taken.value.code == "resource_already_exists"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.products.update(bare.id, {"default_price": price.id})
    assert client.v1.products.delete("bare").deleted
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.products.retrieve("bare")
    assert client.v1.products.list({"ids": ["bare", "nothing"]}).data == []
