import pytest
import stripe

from tests.support.monthly_gifts import DAY, HOUR, Telling, subscribe
from tests.support.stripe_sandbox import RunningSandbox


def _gift(client: stripe.StripeClient, test_clock: str) -> stripe.Subscription:
    customer = client.v1.customers.create({"name": "Ann", "test_clock": test_clock}).id
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id
    return subscribe(client, (customer, method))


def test_a_clock_moves_its_customers_gifts(alone: RunningSandbox) -> None:
    client = alone.client()
    telling = Telling(client)
    start = alone.advance(0) + HOUR
    test_clock = client.v1.test_helpers.test_clocks.create({"frozen_time": start, "name": "monthly"})
    gift = _gift(client, test_clock.id)
    end = gift.items.data[0].current_period_end
    telling.types()
    client.v1.test_helpers.test_clocks.advance(test_clock.id, {"frozen_time": start + HOUR})
    told = telling.types()

    advanced = client.v1.test_helpers.test_clocks.advance(test_clock.id, {"frozen_time": end + 2 * HOUR})

    assert (advanced.status, advanced.frozen_time) == ("ready", end + 2 * HOUR)
    assert gift.test_clock == test_clock.id
    assert len(client.v1.invoices.list({"subscription": gift.id, "status": "paid"}).data) == 2
    assert told == ["test_helpers.test_clock.advancing", "test_helpers.test_clock.ready"]
    assert {"invoice.paid", "test_helpers.test_clock.ready"} <= set(telling.types())
    assert client.v1.test_helpers.test_clocks.retrieve(test_clock.id).name == "monthly"
    assert [found.id for found in client.v1.test_helpers.test_clocks.list().data] == [test_clock.id]


def test_a_clock_goes_ahead_only_and_two_intervals_at_most(alone: RunningSandbox) -> None:
    client = alone.client()
    clocks = client.v1.test_helpers.test_clocks
    now = alone.advance(0) + HOUR
    with pytest.raises(stripe.InvalidRequestError):
        clocks.create({"frozen_time": now - 2 * HOUR})
    test_clock = clocks.create({"frozen_time": now})
    _gift(client, test_clock.id)

    for moment in (now, now - DAY, now + 70 * DAY):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            clocks.advance(test_clock.id, {"frozen_time": moment})
        assert refused.value.param == "frozen_time"
    assert clocks.advance(test_clock.id, {"frozen_time": now + 50 * DAY}).status == "ready"


def test_a_deleted_clock_takes_its_customers_along(alone: RunningSandbox) -> None:
    client = alone.client()
    clocks = client.v1.test_helpers.test_clocks
    test_clock = clocks.create({"frozen_time": alone.advance(0) + 60})
    gift = _gift(client, test_clock.id)

    assert clocks.delete(test_clock.id).deleted

    assert client.v1.subscriptions.retrieve(gift.id).status == "canceled"
    assert client.v1.customers.retrieve(str(gift.customer)).deleted
    assert clocks.list().data == []


def test_an_unknown_clock_holds_no_customer(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.create({"test_clock": "clock_none"})

    assert refused.value.param == "test_clock"
