from datetime import UTC, datetime
from typing import Any

import pytest

from factually.donations.monthly.reading import read_invoice, read_setup, read_subscription
from factually.donations.monthly.snapshots import InvoiceStatus, SetupStatus


def invoice(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of Stripe's JSON
    return {
        "id": "in_1",
        "status": "open",
        "amount_due": 500,
        "currency": "usd",
        "parent": {"subscription_details": {"subscription": "sub_1"}},
        "payments": {"data": [{"payment": {"payment_intent": "pi_1"}}]},
        **changes,
    }


def subscription(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - the same
    price = {"unit_amount": 500, "currency": "usd"}
    return {
        "id": "sub_1",
        "status": "active",
        "items": {"data": [{"id": "si_1", "price": price, "current_period_end": 1_800_000_000}]},
        "default_payment_method": "pm_1",
        "pause_collection": {"behavior": "keep_as_draft"},
        "latest_invoice": "in_1",
        **changes,
    }


def test_an_invoice_names_its_subscription_and_what_pays_it() -> None:
    read = read_invoice(invoice())
    assert (read.subscription_id, read.intent_id, read.status) == ("sub_1", "pi_1", InvoiceStatus.OPEN)
    assert (read.amount, read.currency) == (500, "USD")


@pytest.mark.parametrize("payments", [None, {"data": []}, {"data": [{"payment": {"payment_intent": None}}]}])
def test_a_draft_has_nothing_that_pays_it(payments: object) -> None:
    assert read_invoice(invoice(payments=payments)).intent_id is None


def test_an_invoice_says_what_a_cards_statement_shows() -> None:
    assert read_invoice(invoice(statement_descriptor="GIFT")).statement_suffix == "GIFT"
    assert read_invoice(invoice()).statement_suffix is None


def test_an_invoice_of_no_subscription_is_read_all_the_same() -> None:
    assert read_invoice(invoice(parent=None)).subscription_id is None


def test_a_subscription_says_what_becomes_of_its_invoices() -> None:
    read = read_subscription(subscription())
    assert (read.collection, read.amount, read.currency) == ("keep_as_draft", 500, "USD")
    assert read.next_charge_at == datetime.fromtimestamp(1_800_000_000, UTC)
    assert read_subscription(subscription(pause_collection=None)).collection is None


@pytest.mark.parametrize(
    ("status", "over", "incomplete"),
    [
        ("active", False, False),
        ("incomplete", False, True),
        ("canceled", True, False),
        ("incomplete_expired", True, False),
    ],
)
def test_a_subscriptions_state_is_read_for_what_can_be_done(
    status: str, *, over: bool, incomplete: bool
) -> None:
    read = read_subscription(subscription(status=status))
    assert (read.is_over, read.is_incomplete) == (over, incomplete)


def test_a_set_up_without_a_card_is_read() -> None:
    problem = {"code": "card_declined", "decline_code": "lost_card"}
    read = read_setup({"id": "seti_1", "status": "requires_payment_method", "last_setup_error": problem})
    assert (read.status, read.card, read.decline_code) == (
        SetupStatus.REQUIRES_PAYMENT_METHOD,
        None,
        "lost_card",
    )


@pytest.mark.parametrize(
    "broken", [{"status": "lost"}, {"items": {"data": []}}, {"items": None}, {"latest_invoice": 7}]
)
def test_json_of_another_shape_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_subscription(subscription(**broken)) if "status" not in broken else read_invoice(
            invoice(**broken)
        )
