from datetime import UTC, datetime
from typing import Any, Literal

import pytest
import stripe

from tests.support.monthly_gifts import (
    DAY,
    HOUR,
    Telling,
    donor,
    intent_of,
    latest_invoice,
    price_data,
    replace_card,
    subscribe,
)
from tests.support.stripe_sandbox import RunningSandbox

_PAID = [
    "invoice.finalized",
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "invoice_payment.paid",
    "invoice.paid",
    "invoice.payment_succeeded",
]


@pytest.fixture
def telling(alone: RunningSandbox) -> Telling:
    return Telling(alone.client())


def _advance_to(sandbox: RunningSandbox, moment: int) -> None:
    """Move the clock to a moment and a little beyond."""
    sandbox.advance(moment - sandbox.advance(0) + 1)


def _end_of_period(client: stripe.StripeClient, gift: stripe.Subscription) -> int:
    return client.v1.subscriptions.retrieve(gift.id).items.data[0].current_period_end


def test_a_renewal_is_announced_drafted_and_paid_an_hour_later(
    telling: Telling, alone: RunningSandbox
) -> None:
    client = telling.client
    gift = subscribe(client, donor(client), 700)
    end = _end_of_period(client, gift)
    telling.types()

    _advance_to(alone, end - 7 * DAY)
    announced = telling.events()
    _advance_to(alone, end)
    drafted = telling.types()
    draft = client.v1.invoices.list({"subscription": gift.id}).data[0]
    _advance_to(alone, end + HOUR)

    assert [event.type for event in announced] == ["invoice.upcoming"]
    upcoming = announced[0].to_dict()["data"]["object"]
    assert "id" not in upcoming
    assert (upcoming["amount_due"], upcoming["billing_reason"]) == (700, "upcoming")
    assert upcoming["parent"]["subscription_details"]["subscription"] == gift.id
    assert drafted == ["customer.subscription.updated", "invoice.created"]
    assert (draft.status, draft.billing_reason, draft.auto_advance) == ("draft", "subscription_cycle", True)
    assert (draft.created, draft.automatically_finalizes_at) == (end, end + HOUR)
    assert draft.period_end == end
    assert draft.lines.data[0].period.start == end
    assert telling.types() == _PAID
    paid = client.v1.invoices.retrieve(str(draft.id))
    assert (paid.status, paid.status_transitions.finalized_at) == ("paid", end + HOUR)
    after = client.v1.subscriptions.retrieve(gift.id)
    assert (after.status, after.latest_invoice) == ("active", draft.id)
    assert after.items.data[0].current_period_start == end


def test_months_in_one_step_bring_each_renewal_at_its_own_time(
    telling: Telling, alone: RunningSandbox
) -> None:
    client = telling.client
    gift = subscribe(client, donor(client))

    alone.advance(95 * DAY)

    invoices = client.v1.invoices.list({"subscription": gift.id}).data
    assert [invoice.status for invoice in invoices] == ["paid"] * 4
    assert len({intent_of(client, str(invoice.id)).id for invoice in invoices}) == 4
    start = datetime.fromtimestamp(gift.start_date, tz=UTC)
    days = {datetime.fromtimestamp(invoice.created, tz=UTC).day for invoice in invoices}
    assert days <= {start.day, 28, 29, 30}
    numbers = [str(invoice.number).rpartition("-")[2] for invoice in reversed(invoices)]
    assert numbers == ["0001", "0002", "0003", "0004"]
    intents = client.v1.payment_intents.list({"limit": 100}).data
    assert sum(intent.amount_received for intent in intents) == 2000


def test_a_new_amount_counts_from_the_next_period(telling: Telling, alone: RunningSandbox) -> None:
    client = telling.client
    gift = subscribe(client, donor(client), 500)
    items: Any = [{"id": gift.items.data[0].id, "price_data": price_data(client, 900)}]

    changed = client.v1.subscriptions.update(gift.id, {"items": items, "proration_behavior": "none"})
    _advance_to(alone, _end_of_period(client, gift) + HOUR)

    assert changed.items.data[0].price.unit_amount == 900
    invoices = client.v1.invoices.list({"subscription": gift.id}).data
    assert [invoice.amount_paid for invoice in invoices] == [900, 500]


def test_a_new_card_pays_the_next_period(telling: Telling, alone: RunningSandbox) -> None:
    client = telling.client
    customer, first = donor(client)
    second = client.v1.payment_methods.attach("pm_card_mastercard", {"customer": customer}).id
    gift = subscribe(client, (customer, first))

    client.v1.subscriptions.update(gift.id, {"default_payment_method": second})
    _advance_to(alone, _end_of_period(client, gift) + HOUR)

    newest = client.v1.invoices.list({"subscription": gift.id}).data[0]
    assert intent_of(client, str(newest.id)).payment_method == second


@pytest.mark.parametrize(
    ("behavior", "status", "events"),
    [
        ("void", "void", ["customer.subscription.updated", "invoice.created", "invoice.voided"]),
        (
            "mark_uncollectible",
            "uncollectible",
            ["customer.subscription.updated", "invoice.created", "invoice.marked_uncollectible"],
        ),
        ("keep_as_draft", "draft", ["customer.subscription.updated", "invoice.created"]),
    ],
)
def test_a_paused_gift_takes_no_money_and_its_status_stays(
    telling: Telling,
    alone: RunningSandbox,
    behavior: Literal["void", "mark_uncollectible", "keep_as_draft"],
    status: str,
    events: list[str],
) -> None:
    client = telling.client
    gift = subscribe(client, donor(client))
    paused = client.v1.subscriptions.update(gift.id, {"pause_collection": {"behavior": behavior}})
    telling.types()

    _advance_to(alone, _end_of_period(client, gift) + 2 * HOUR)

    assert (paused.status, paused.pause_collection is not None) == ("active", True)
    assert client.v1.subscriptions.retrieve(gift.id).status == "active"
    assert client.v1.invoices.list({"subscription": gift.id}).data[0].status == status
    assert telling.types() == events
    assert len(client.v1.payment_intents.list().data) == 1


def test_a_draft_made_before_the_pause_is_still_paid(telling: Telling, alone: RunningSandbox) -> None:
    client = telling.client
    gift = subscribe(client, donor(client))
    _advance_to(alone, _end_of_period(client, gift))

    client.v1.subscriptions.update(gift.id, {"pause_collection": {"behavior": "void"}})
    alone.advance(HOUR)

    assert client.v1.invoices.list({"subscription": gift.id}).data[0].status == "paid"


def test_a_pause_ends_by_itself_or_by_hand(telling: Telling, alone: RunningSandbox) -> None:
    client = telling.client
    by_itself, by_hand = subscribe(client, donor(client)), subscribe(client, donor(client))
    resumes_at = alone.advance(0) + 3 * DAY
    client.v1.subscriptions.update(
        by_itself.id, {"pause_collection": {"behavior": "void", "resumes_at": resumes_at}}
    )
    client.v1.subscriptions.update(by_hand.id, {"pause_collection": {"behavior": "void"}})

    client.v1.subscriptions.update(by_hand.id, {"pause_collection": ""})
    _advance_to(alone, resumes_at)

    for gift in (by_itself, by_hand):
        assert client.v1.subscriptions.retrieve(gift.id).pause_collection is None
    _advance_to(alone, _end_of_period(client, by_itself) + HOUR)
    assert client.v1.invoices.list({"subscription": by_itself.id}).data[0].status == "paid"


def test_a_gift_that_is_to_end_with_its_period_does(telling: Telling, alone: RunningSandbox) -> None:
    client = telling.client
    gift = subscribe(client, donor(client))
    end = _end_of_period(client, gift)
    asked = client.v1.subscriptions.update(gift.id, {"cancel_at_period_end": True})
    telling.types()

    alone.advance(45 * DAY)

    assert (asked.status, asked.cancel_at, asked.cancel_at_period_end) == ("active", end, True)
    assert asked.cancellation_details is not None
    assert asked.cancellation_details.reason == "cancellation_requested"
    after = client.v1.subscriptions.retrieve(gift.id)
    assert (after.status, after.ended_at, after.canceled_at) == ("canceled", end, asked.canceled_at)
    assert telling.types() == ["customer.subscription.deleted"]
    assert len(client.v1.invoices.list({"subscription": gift.id}).data) == 1


def test_a_planned_end_can_be_taken_back(telling: Telling, alone: RunningSandbox) -> None:
    client = telling.client
    gift = subscribe(client, donor(client), cancel_at_period_end=True)

    kept = client.v1.subscriptions.update(gift.id, {"cancel_at_period_end": False})
    _advance_to(alone, _end_of_period(client, gift) + HOUR)

    assert (kept.cancel_at, kept.canceled_at) == (None, None)
    assert client.v1.subscriptions.retrieve(gift.id).status == "active"


def test_a_gift_ends_at_the_moment_named(telling: Telling, alone: RunningSandbox) -> None:
    client = telling.client
    moment = alone.advance(0) + 10 * DAY
    begun_so = subscribe(client, donor(client), cancel_at=moment)
    changed, kept = subscribe(client, donor(client)), subscribe(client, donor(client), cancel_at=moment)
    client.v1.subscriptions.update(changed.id, {"cancel_at": moment})
    client.v1.subscriptions.update(kept.id, {"cancel_at": ""})

    _advance_to(alone, moment)

    ended = [client.v1.subscriptions.retrieve(gift.id) for gift in (begun_so, changed, kept)]
    assert [gift.status for gift in ended] == ["canceled", "canceled", "active"]


def test_a_card_that_the_network_broke_makes_the_gift_past_due(
    telling: Telling, alone: RunningSandbox
) -> None:
    client = telling.client
    giver = donor(client)
    gift = subscribe(client, giver)
    replace_card(alone, giver[1], "pm_card_chargeCustomerFail")
    end = _end_of_period(client, gift)
    telling.types()

    _advance_to(alone, end + HOUR)

    assert telling.types()[-5:] == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "customer.subscription.updated",
    ]
    after = client.v1.subscriptions.retrieve(gift.id, {"expand": ["latest_invoice"]})
    invoice = latest_invoice(after)
    assert (after.status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
    assert invoice.next_payment_attempt == end + HOUR + 3 * DAY
