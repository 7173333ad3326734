from __future__ import annotations

from dataclasses import replace

from factually.independence.matching import Stated, stated_names
from factually.independence.subjects import Capacity, PaymentFacts
from tests.support.independence_factories import organisation_gift


def test_everything_that_was_stated_is_read() -> None:
    subject = replace(
        organisation_gift("Made-up Bakery"),
        true_donor_name="Tom True",
        employer="City of Elsewhere",
        ein="12-3456789",
        payment=PaymentFacts(billing_name="Bea Bearer"),
    )
    assert [(name.field, name.text, name.what) for name in stated_names(subject)] == [
        ("organisation_name", "Made-up Bakery", Stated.GIVING_ORGANISATION),
        ("donor_name", "Ada Reader", Stated.PERSON),
        ("true_donor_name", "Tom True", Stated.PERSON),
        ("billing_name", "Bea Bearer", Stated.PERSON),
        ("employer", "City of Elsewhere", Stated.EMPLOYER),
        ("email", "example.org", Stated.EMAIL_DOMAIN),
        ("ein", "12-3456789", Stated.EIN),
    ]


def test_an_organisation_named_besides_is_not_the_giver() -> None:
    subject = replace(organisation_gift("Made-up Bakery"), capacity=Capacity.OWN_MONEY)
    assert not stated_names(subject)[0].of_giver
