import copy
from typing import Any

import pytest
import stripe

from tests.support.monthly_gifts import DAY, HOUR, Telling, donor, latest_invoice, price_data, subscribe
from tests.support.stripe_sandbox import RunningSandbox


def test_a_cancelled_gift_stays_cancelled(client: stripe.StripeClient) -> None:
    gift = subscribe(client, donor(client))

    ended = client.v1.subscriptions.cancel(
        gift.id, {"cancellation_details": {"comment": "moving", "feedback": "other"}}
    )

    assert (ended.status, ended.ended_at, ended.pause_collection) == ("canceled", ended.canceled_at, None)
    assert ended.cancellation_details is not None
    assert (ended.cancellation_details.reason, ended.cancellation_details.comment) == (
        "cancellation_requested",
        "moving",
    )
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.subscriptions.cancel(gift.id)
    assert again.value.code == "resource_missing"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.update(gift.id, {"cancel_at_period_end": False})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscription_items.update(gift.items.data[0].id, {"quantity": 2})
    noted = client.v1.subscriptions.update(gift.id, {"metadata": {"why": "moved"}})
    assert noted.metadata["why"] == "moved"


def test_cancelling_now_stops_a_draft_from_being_collected(alone: RunningSandbox) -> None:
    client = alone.client()
    gift = subscribe(client, donor(client))
    alone.advance(gift.items.data[0].current_period_end - alone.advance(0) + 1)
    telling = Telling(client)
    telling.types()

    client.v1.subscriptions.cancel(gift.id)
    alone.advance(20 * DAY)

    draft = client.v1.invoices.list({"subscription": gift.id}).data[0]
    assert (draft.status, draft.auto_advance) == ("draft", False)
    assert telling.types() == ["customer.subscription.deleted", "invoice.updated"]


def test_cancelling_an_incomplete_gift_voids_its_invoice(alone: RunningSandbox) -> None:
    client = alone.client()
    gift = subscribe(client, donor(client, "pm_card_chargeCustomerFail"))
    telling = Telling(client)
    telling.types()

    ended = client.v1.subscriptions.cancel(gift.id)

    assert ended.status == "incomplete_expired"
    assert client.v1.invoices.retrieve(str(latest_invoice(gift).id)).status == "void"
    assert telling.types() == [
        "customer.subscription.deleted",
        "payment_intent.canceled",
        "invoice.voided",
    ]
    alone.advance(24 * HOUR)
    assert telling.types() == []


def test_an_incomplete_gift_changes_in_card_and_notes_only(client: stripe.StripeClient) -> None:
    customer, method = donor(client, "pm_card_chargeCustomerFail")
    gift = subscribe(client, (customer, method))
    better = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id

    changed = client.v1.subscriptions.update(
        gift.id, {"default_payment_method": better, "metadata": {"a": "b"}}
    )

    assert changed.default_payment_method == better
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.update(gift.id, {"pause_collection": {"behavior": "void"}})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscription_items.update(gift.items.data[0].id, {"quantity": 2})
    assert client.v1.invoices.pay(str(latest_invoice(gift).id)).status == "paid"
    assert client.v1.subscriptions.retrieve(gift.id).status == "active"


_CHANGES = {
    "a proration": ({"items": [{"id": "ITEM", "quantity": 2}]}, "proration_behavior"),
    "an unknown item": ({"items": [{"id": "si_x", "quantity": 2}], "proration_behavior": "none"}, "items"),
    "no item left": ({"items": [{"id": "ITEM", "deleted": True}], "proration_behavior": "none"}, "items"),
    "another interval": (
        {
            "items": [{"id": "ITEM", "price_data": {"recurring": {"interval": "year"}}}],
            "proration_behavior": "none",
        },
        "items",
    ),
    "another currency": (
        {"items": [{"id": "ITEM", "price_data": {"currency": "eur"}}], "proration_behavior": "none"},
        "items",
    ),
    "a card of nobody": ({"default_payment_method": "pm_card_visa"}, "default_payment_method"),
    "an end in the past": ({"cancel_at": 1_000_000_000}, "cancel_at"),
    "two ends": ({"cancel_at": 1, "cancel_at_period_end": True}, "cancel_at"),
    "a pause that is over": (
        {"pause_collection": {"behavior": "void", "resumes_at": 1}},
        "pause_collection[resumes_at]",
    ),
}


@pytest.mark.parametrize(("change", "param"), _CHANGES.values(), ids=_CHANGES)
def test_a_change_that_cannot_be_is_refused_and_leaves_the_gift(
    client: stripe.StripeClient, change: dict[str, Any], param: str
) -> None:
    gift = subscribe(client, donor(client))
    parameters: Any = copy.deepcopy(change)
    for item in parameters.get("items", []):
        item["id"] = gift.items.data[0].id if item["id"] == "ITEM" else item["id"]
        if "price_data" in item:
            item["price_data"] = price_data(client, 500) | item["price_data"]

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.subscriptions.update(gift.id, parameters)

    assert refused.value.param == param
    after = client.v1.subscriptions.retrieve(gift.id)
    assert (after.items.data[0].quantity, after.cancel_at, after.pause_collection) == (1, None, None)


@pytest.mark.parametrize("name", ["invoice_now", "prorate"])
def test_an_end_with_a_last_invoice_or_a_proration_is_refused(client: stripe.StripeClient, name: str) -> None:
    gift = subscribe(client, donor(client))
    parameters: Any = {name: True}

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.subscriptions.cancel(gift.id, parameters)

    assert refused.value.param == name


def test_only_a_paused_status_can_be_resumed(client: stripe.StripeClient) -> None:
    gift = subscribe(client, donor(client))
    client.v1.subscriptions.update(gift.id, {"pause_collection": {"behavior": "void"}})

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.resume(gift.id)


def test_what_is_plain_changes_and_is_told_with_what_was_before(client: stripe.StripeClient) -> None:
    gift = subscribe(client, donor(client))

    changed = client.v1.subscriptions.update(
        gift.id,
        {
            "description": "Every month",
            "payment_settings": {"save_default_payment_method": "on_subscription"},
            "cancellation_details": {"comment": "none yet"},
        },
    )
    client.v1.subscriptions.update(gift.id, {"description": "Every month"})

    assert changed.description == "Every month"
    told = [
        event.to_dict()["data"]["previous_attributes"]
        for event in client.v1.events.list({"type": "customer.subscription.updated", "limit": 100}).data
        if getattr(event.data.object, "id", None) == gift.id
    ]
    assert [set(previous) for previous in told] == [
        {"description", "payment_settings", "cancellation_details"},
        {"status"},
    ]


def test_items_are_added_changed_read_and_removed_by_themselves(client: stripe.StripeClient) -> None:
    gift = subscribe(client, donor(client), 500)
    added = client.v1.subscription_items.create(
        {
            "subscription": gift.id,
            "price_data": price_data(client, 300),
            "proration_behavior": "none",
            "metadata": {"for": "research"},
        }
    )
    changed = client.v1.subscription_items.update(added.id, {"quantity": 2, "proration_behavior": "none"})
    listed = client.v1.subscription_items.list({"subscription": gift.id})

    assert (changed.quantity, changed.metadata["for"]) == (2, "research")
    assert [item.id for item in listed.data] == [added.id, gift.items.data[0].id]
    assert client.v1.subscription_items.retrieve(added.id).quantity == 2
    preview = client.v1.invoices.create_preview({"subscription": gift.id})
    assert preview.amount_due == 1100
    assert client.v1.subscription_items.delete(added.id, {"proration_behavior": "none"}).deleted
    assert [item.id for item in client.v1.subscriptions.retrieve(gift.id).items.data] == [
        gift.items.data[0].id
    ]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscription_items.retrieve(added.id)


def test_gifts_are_listed_by_customer_price_and_status(client: stripe.StripeClient) -> None:
    giver = donor(client)
    kept, ended = subscribe(client, giver), subscribe(client, giver)
    client.v1.subscriptions.cancel(ended.id)

    def found(**filters: Any) -> list[str]:  # noqa: ANN401 - the SDK's own parameters
        parameters: Any = {"customer": giver[0], **filters}
        return [gift.id for gift in client.v1.subscriptions.list(parameters).data]

    assert found() == found(status="active") == [kept.id]
    assert found(status="canceled") == found(status="ended") == [ended.id]
    assert found(status="all") == [ended.id, kept.id]
    assert found(status="all", price=ended.items.data[0].price.id) == [ended.id]
    searched = client.v1.subscriptions.search({"query": "status:'active' AND metadata['gift']:'g1'"})
    assert kept.id in [gift.id for gift in searched.data]
    customers = client.v1.customers.search({"query": "email:'ann@example.org'"})
    assert giver[0] in [customer.id for customer in customers.data]
