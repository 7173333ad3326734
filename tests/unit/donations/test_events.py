import pytest

from factually.donations.events import EVENT_TYPES, Errand, errand_of


@pytest.mark.parametrize(
    ("event_type", "errand"),
    [
        ("payment_intent.succeeded", Errand.GIFT),
        ("charge.dispute.created", Errand.GIFT),
        ("refund.failed", Errand.GIFT),
        ("radar.early_fraud_warning.created", Errand.WARNING),
        ("payout.failed", Errand.PAYOUT),
        ("setup_intent.succeeded", Errand.CARD),
        ("customer.subscription.deleted", Errand.SUBSCRIPTION),
        ("invoice.created", Errand.INVOICE),
        ("customer.created", Errand.NOTHING),
    ],
)
def test_an_event_asks_for_a_look_by_its_kind(event_type: str, errand: Errand) -> None:
    assert errand_of(event_type) is errand


def test_every_event_we_subscribe_to_asks_for_something() -> None:
    assert Errand.NOTHING not in map(errand_of, EVENT_TYPES)
    assert len(set(EVENT_TYPES)) == len(EVENT_TYPES)
