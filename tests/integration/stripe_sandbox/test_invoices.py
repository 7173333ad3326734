from typing import Any

import pytest
import stripe

from tests.support.monthly_gifts import (
    HOUR,
    Telling,
    donor,
    intent_of,
    latest_invoice,
    replace_card,
    subscribe,
)
from tests.support.stripe_sandbox import RunningSandbox


def _open_invoice(client: stripe.StripeClient, card: str = "pm_card_chargeCustomerFail") -> stripe.Invoice:
    """Leave a gift's first invoice open."""
    return latest_invoice(subscribe(client, donor(client, card)))


def test_an_invoice_shows_its_payments_only_where_they_are_asked_for(client: stripe.StripeClient) -> None:
    invoice = latest_invoice(subscribe(client, donor(client)))

    plain = client.v1.invoices.retrieve(str(invoice.id))
    full = client.v1.invoices.retrieve(
        str(invoice.id),
        {"expand": ["payments.data.payment.payment_intent", "confirmation_secret", "customer"]},
    )

    assert "payments" not in plain
    assert "confirmation_secret" not in plain
    assert full.payments is not None
    intent = full.payments.data[0].payment.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert full.confirmation_secret is not None
    assert full.confirmation_secret.client_secret == intent.client_secret
    assert isinstance(full.customer, stripe.Customer)
    assert (full.customer_name, full.customer_email) == ("Ann Donor", "ann@example.org")


def test_an_invoices_payment_is_found_from_its_intent(client: stripe.StripeClient) -> None:
    invoice = latest_invoice(subscribe(client, donor(client)))
    intent = intent_of(client, str(invoice.id))

    found = client.v1.invoice_payments.list(
        {"payment": {"type": "payment_intent", "payment_intent": intent.id}, "expand": ["data.invoice"]}
    ).data

    assert len(found) == 1
    assert isinstance(found[0].invoice, stripe.Invoice)
    assert found[0].invoice.id == invoice.id
    assert (found[0].status, found[0].amount_paid) == ("paid", 500)
    one = client.v1.invoice_payments.retrieve(found[0].id)
    assert one.status_transitions.paid_at is not None
    assert client.v1.invoice_payments.list({"invoice": str(invoice.id), "status": "open"}).data == []


def test_lines_say_what_is_paid_for(client: stripe.StripeClient) -> None:
    gift = subscribe(client, donor(client), 700)
    invoice = latest_invoice(gift)

    lines = client.v1.invoices.line_items.list(str(invoice.id), {"limit": 1})

    line = lines.data[0]
    assert (line.amount, line.quantity, lines.has_more) == (700, 1, False)
    assert line.pricing is not None
    assert line.pricing.price_details is not None
    assert line.pricing.price_details.price == gift.items.data[0].price.id
    assert line.parent is not None
    assert line.parent.subscription_item_details is not None
    assert line.parent.subscription_item_details.subscription_item == gift.items.data[0].id


def test_invoices_are_listed_and_searched(client: stripe.StripeClient) -> None:
    gift = subscribe(client, donor(client))
    invoice = latest_invoice(gift)

    by_gift = client.v1.invoices.list({"subscription": gift.id, "status": "paid"})
    by_customer = client.v1.invoices.list({"customer": str(invoice.customer)})
    searched = client.v1.invoices.search({"query": f"number:'{invoice.number}'"})

    assert [item.id for item in by_gift.data] == [item.id for item in by_customer.data] == [invoice.id]
    assert [item.id for item in searched.data] == [invoice.id]
    assert client.v1.invoices.list({"subscription": gift.id, "status": "open"}).data == []


def test_an_open_invoice_is_paid_with_another_card_by_hand(client: stripe.StripeClient) -> None:
    invoice = _open_invoice(client)
    better = client.v1.payment_methods.attach("pm_card_visa", {"customer": str(invoice.customer)})

    paid = client.v1.invoices.pay(str(invoice.id), {"payment_method": better.id})

    assert (paid.status, paid.attempt_count) == ("paid", 1)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.pay(str(invoice.id))


def test_paying_with_a_bad_card_says_so_and_leaves_the_invoice_open(client: stripe.StripeClient) -> None:
    invoice = _open_invoice(client)

    with pytest.raises(stripe.CardError) as declined:
        client.v1.invoices.pay(str(invoice.id))

    assert (declined.value.http_status, declined.value.code) == (402, "card_declined")
    assert declined.value.error is not None
    assert declined.value.error.decline_code == "generic_decline"
    after = client.v1.invoices.retrieve(str(invoice.id))
    assert (after.status, after.attempt_count) == ("open", 1)
    intent = intent_of(client, str(invoice.id))
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 2


def test_paying_with_a_card_that_asks_needs_its_owner(client: stripe.StripeClient) -> None:
    invoice = _open_invoice(client, "pm_card_authenticationRequired")

    with pytest.raises(stripe.CardError) as asked:
        client.v1.invoices.pay(str(invoice.id), {"off_session": False})

    assert asked.value.code == "invoice_payment_intent_requires_action"
    assert intent_of(client, str(invoice.id)).status == "requires_action"


def test_an_invoice_paid_past_stripe_takes_no_money(client: stripe.StripeClient) -> None:
    invoice = _open_invoice(client)

    paid = client.v1.invoices.pay(str(invoice.id), {"paid_out_of_band": True})

    assert (paid.status, paid.amount_paid_off_stripe) == ("paid", 500)
    assert intent_of(client, str(invoice.id)).amount_received == 0


def test_voiding_the_first_invoice_ends_the_gift(alone: RunningSandbox) -> None:
    client = alone.client()
    gift = subscribe(client, donor(client, "pm_card_chargeCustomerFail"))
    telling = Telling(client)
    telling.types()

    voided = client.v1.invoices.void_invoice(str(latest_invoice(gift).id))

    assert (voided.status, voided.status_transitions.voided_at is not None) == ("void", True)
    assert client.v1.subscriptions.retrieve(gift.id).status == "incomplete_expired"
    assert telling.types() == [
        "payment_intent.canceled",
        "invoice.voided",
        "customer.subscription.updated",
    ]
    for attempt in (client.v1.invoices.void_invoice, client.v1.invoices.mark_uncollectible):
        with pytest.raises(stripe.InvalidRequestError):
            attempt(str(voided.id))
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.pay(str(voided.id))


@pytest.mark.parametrize("end", ["void", "uncollectible"])
def test_a_gift_is_active_again_without_the_renewal_it_could_not_pay(alone: RunningSandbox, end: str) -> None:
    client = alone.client()
    giver = donor(client)
    gift = subscribe(client, giver)
    replace_card(alone, giver[1], "pm_card_chargeCustomerFail")
    alone.advance(gift.items.data[0].current_period_end - alone.advance(0) + HOUR + 1)
    invoice = client.v1.invoices.list({"subscription": gift.id}).data[0]
    assert client.v1.subscriptions.retrieve(gift.id).status == "past_due"

    invoices = client.v1.invoices
    ended = (
        invoices.void_invoice(str(invoice.id))
        if end == "void"
        else invoices.mark_uncollectible(str(invoice.id))
    )

    assert ended.status == end
    assert client.v1.subscriptions.retrieve(gift.id).status == "active"
    if end == "uncollectible":
        replace_card(alone, giver[1], "pm_card_visa")
        assert invoices.pay(str(invoice.id)).status == "paid"


def test_an_uncollectible_first_invoice_leaves_the_gift_incomplete(client: stripe.StripeClient) -> None:
    gift = subscribe(client, donor(client, "pm_card_chargeCustomerFail"))

    client.v1.invoices.mark_uncollectible(str(latest_invoice(gift).id))

    assert client.v1.subscriptions.retrieve(gift.id).status == "incomplete"


def test_a_renewals_draft_can_be_held_back_and_finalised_by_hand(alone: RunningSandbox) -> None:
    client = alone.client()
    held, hastened = subscribe(client, donor(client)), subscribe(client, donor(client))
    alone.advance(hastened.items.data[0].current_period_end - alone.advance(0) + 1)
    drafts = [client.v1.invoices.list({"subscription": gift.id}).data[0] for gift in (held, hastened)]

    kept = client.v1.invoices.update(str(drafts[0].id), {"auto_advance": False})
    paid = client.v1.invoices.finalize_invoice(str(drafts[1].id))
    alone.advance(2 * HOUR)

    assert (kept.status, paid.status) == ("draft", "paid")
    assert client.v1.invoices.retrieve(str(kept.id)).status == "draft"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.delete(str(kept.id))
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.finalize_invoice(str(paid.id))
    opened = client.v1.invoices.finalize_invoice(str(kept.id))
    assert opened.status == "open"
    assert client.v1.invoices.pay(str(kept.id)).status == "paid"


def test_an_invoice_without_a_gift_is_drafted_changed_and_deleted_or_paid(
    client: stripe.StripeClient,
) -> None:
    customer, method = donor(client)
    draft = client.v1.invoices.create({"customer": customer, "description": "Nothing owed"})
    changed = client.v1.invoices.update(
        str(draft.id), {"footer": "Thanks", "default_payment_method": method, "metadata": {"a": "b"}}
    )
    other = client.v1.invoices.create({"customer": customer, "currency": "eur"})

    paid = client.v1.invoices.pay(str(draft.id))

    assert (draft.status, draft.auto_advance, changed.footer) == ("draft", False, "Thanks")
    assert (paid.status, paid.amount_paid) == ("paid", 0)
    with pytest.raises(stripe.InvalidRequestError) as locked:
        client.v1.invoices.update(str(paid.id), {"description": "x"})
    assert locked.value.code == "invoice_not_editable"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.delete(str(paid.id))
    assert client.v1.invoices.delete(str(other.id)).deleted
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.retrieve(str(other.id))


def test_an_invoice_that_is_charged_is_not_sent(client: stripe.StripeClient) -> None:
    invoice = _open_invoice(client)

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.send_invoice(str(invoice.id))


def test_a_preview_tells_what_the_next_renewal_brings(client: stripe.StripeClient) -> None:
    giver = donor(client)
    gift = subscribe(client, giver, 700)
    end = gift.items.data[0].current_period_end

    preview = client.v1.invoices.create_preview({"customer": giver[0], "subscription": gift.id})

    assert str(preview.id).startswith("upcoming_in_")
    assert (preview.amount_due, preview.period_end, preview.next_payment_attempt) == (700, end, end + HOUR)
    assert len(client.v1.invoices.list({"subscription": gift.id}).data) == 1


def test_no_preview_where_no_invoice_will_come(client: stripe.StripeClient) -> None:
    giver, stranger = donor(client), donor(client)
    ended = subscribe(client, giver)
    client.v1.subscriptions.cancel(ended.id)
    ending = subscribe(client, giver, cancel_at_period_end=True)
    questions: list[Any] = [
        ({"subscription": ended.id}, "invoice_upcoming_none"),
        ({"subscription": ending.id}, "invoice_upcoming_none"),
        ({"subscription": ending.id, "customer": stranger[0]}, None),
    ]

    for question, code in questions:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.invoices.create_preview(question)
        assert refused.value.code == code
