import pytest
import requests
import stripe

from tests.support.monthly_gifts import (
    DAY,
    HOUR,
    Telling,
    answer_bank,
    choose_dunning,
    donor,
    intent_of,
    latest_invoice,
    replace_card,
    subscribe,
)
from tests.support.stripe_sandbox import RunningSandbox, card_token


@pytest.fixture
def telling(alone: RunningSandbox) -> Telling:
    return Telling(alone.client())


def _past_due(
    client: stripe.StripeClient, sandbox: RunningSandbox, card: str = "pm_card_chargeCustomerFail"
) -> tuple[stripe.Subscription, str]:
    """Begin a gift whose card goes bad, and let the renewal's first attempt pass; give gift and card."""
    giver = donor(client)
    gift = subscribe(client, giver)
    replace_card(sandbox, giver[1], card)
    end = gift.items.data[0].current_period_end
    sandbox.advance(end - sandbox.advance(0) + HOUR + 1)
    return client.v1.subscriptions.retrieve(gift.id, {"expand": ["latest_invoice"]}), giver[1]


def _now(client: stripe.StripeClient, gift: stripe.Subscription) -> tuple[str, str | None, int]:
    after = client.v1.subscriptions.retrieve(gift.id, {"expand": ["latest_invoice"]})
    invoice = latest_invoice(after)
    return after.status, invoice.status, invoice.attempt_count


def test_a_retry_with_a_good_card_makes_the_gift_active_again(
    telling: Telling, alone: RunningSandbox
) -> None:
    client = telling.client
    gift, method = _past_due(client, alone)
    assert _now(client, gift) == ("past_due", "open", 1)
    replace_card(alone, method, "pm_card_visa")
    telling.types()

    alone.advance(3 * DAY)

    assert _now(client, gift) == ("active", "paid", 2)
    assert telling.types() == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
    ]
    assert len(client.v1.invoice_payments.list({"invoice": latest_invoice(gift).id or ""}).data) == 1


def test_after_the_last_retry_the_gift_is_cancelled(telling: Telling, alone: RunningSandbox) -> None:
    client = telling.client
    gift, _ = _past_due(client, alone)
    telling.types()

    alone.advance(8 * DAY)
    assert _now(client, gift) == ("past_due", "open", 3)
    alone.advance(7 * DAY)

    assert _now(client, gift) == ("canceled", "open", 4)
    after = client.v1.subscriptions.retrieve(gift.id)
    assert after.cancellation_details is not None
    assert after.cancellation_details.reason == "payment_failed"
    told = telling.types()
    assert told.count("invoice.payment_failed") == 3
    assert told[-3:] == ["invoice.payment_failed", "customer.subscription.deleted", "invoice.updated"]
    alone.advance(60 * DAY)
    assert telling.types() == []


@pytest.mark.parametrize("after_retries", ["unpaid", "past_due"])
def test_the_account_can_choose_to_keep_an_unpaid_gift(
    telling: Telling, alone: RunningSandbox, after_retries: str
) -> None:
    client = telling.client
    choose_dunning(alone, after_retries)
    gift, method = _past_due(client, alone)

    alone.advance(16 * DAY)

    assert _now(client, gift) == (after_retries, "open", 4)
    replace_card(alone, method, "pm_card_visa")
    invoice = latest_invoice(client.v1.subscriptions.retrieve(gift.id, {"expand": ["latest_invoice"]}))
    assert client.v1.invoices.pay(str(invoice.id)).status == "paid"
    assert client.v1.subscriptions.retrieve(gift.id).status == "active"


def test_an_unpaid_gift_makes_drafts_that_nobody_collects(telling: Telling, alone: RunningSandbox) -> None:
    client = telling.client
    choose_dunning(alone, "unpaid")
    gift, _ = _past_due(client, alone)

    alone.advance(35 * DAY)

    newest = client.v1.invoices.list({"subscription": gift.id}).data[0]
    assert (newest.status, newest.auto_advance) == ("draft", False)
    assert client.v1.subscriptions.retrieve(gift.id).status == "unpaid"


def test_an_unknown_choice_is_refused(alone: RunningSandbox) -> None:
    answer = requests.post(f"{alone.url}/_sandbox/dunning", json={"after_retries": "forgive"}, timeout=10)

    assert answer.json()["error"]["param"] == "after_retries"


def test_a_renewal_that_needs_its_owner_is_told_and_can_be_finished(
    telling: Telling, alone: RunningSandbox
) -> None:
    client = telling.client
    gift, _ = _past_due(client, alone, "pm_card_authenticationRequired")
    invoice = latest_invoice(gift)
    told = telling.types()
    intent = intent_of(client, str(invoice.id))

    answer_bank(alone, intent.client_secret, passed=True)

    assert (gift.status, intent.status) == ("past_due", "requires_action")
    assert told[-3:] == [
        "payment_intent.requires_action",
        "invoice.payment_action_required",
        "customer.subscription.updated",
    ]
    assert _now(client, gift) == ("active", "paid", 1)
    alone.advance(4 * DAY)
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 1


def test_another_card_of_the_donor_pays_at_once_and_keeps_the_plan(
    telling: Telling, alone: RunningSandbox
) -> None:
    client = telling.client
    gift, _ = _past_due(client, alone)
    intent = intent_of(client, str(latest_invoice(gift).id))

    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.confirm(
            intent.id, {"confirmation_token": card_token(client, "pm_card_visa_chargeDeclined")}
        )
    planned = client.v1.invoices.retrieve(str(latest_invoice(gift).id)).next_payment_attempt
    client.v1.payment_intents.confirm(intent.id, {"confirmation_token": card_token(client)})

    assert planned == latest_invoice(gift).next_payment_attempt
    assert _now(client, gift) == ("active", "paid", 1)


def test_without_any_card_left_the_renewal_fails(telling: Telling, alone: RunningSandbox) -> None:
    client = telling.client
    giver = donor(client)
    gift = subscribe(client, giver)
    client.v1.payment_methods.detach(giver[1])

    alone.advance(32 * DAY)

    assert _now(client, gift) == ("past_due", "open", 1)
    assert len(client.v1.charges.list().data) == 1
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.invoices.pay(
            str(latest_invoice(client.v1.subscriptions.retrieve(gift.id, {"expand": ["latest_invoice"]})).id)
        )
    assert refused.value.code == "resource_missing"
