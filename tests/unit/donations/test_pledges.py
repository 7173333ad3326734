from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from factually.donations.pledges import Donor, Pledge, normal_ein, normal_email
from factually.foundation.errors import InvalidInput
from factually.foundation.money import Money
from factually.independence.subjects import Capacity, OrganisationType
from tests.support.donation_factories import WHOLE_ADDRESS

ADA = Donor(name="Ada Reader", email="ada@example.org")
OWN = Pledge(
    client_key=uuid.UUID(int=1),
    amount=Money(500, "USD"),
    capacity=Capacity.OWN_MONEY,
    political_group=False,
    donor=ADA,
    anonymous=False,
    attested=True,
    from_article=None,
)


@pytest.mark.parametrize("minor", [100, 101, 500_000])
def test_amounts_within_the_limits_are_taken(minor: int) -> None:
    assert replace(OWN, amount=Money(minor, "USD")).amount.minor == minor


@pytest.mark.parametrize(
    ("meant", "charged"),
    [
        (Money(500, "USD"), Money(546, "USD")),
        (Money(500, "JPY"), Money(582, "JPY")),
        (Money(2_000, "KWD"), Money(2_220, "KWD")),
    ],
)
def test_who_covers_the_fee_pays_what_is_meant_and_the_fee(meant: Money, charged: Money) -> None:
    covering = replace(OWN, amount=meant, covers_fee=True)
    assert (covering.amount, covering.charged) == (meant, charged)
    assert replace(OWN, amount=meant).charged == meant


def test_a_fee_above_the_largest_gift_is_named_at_its_own_answer() -> None:
    assert replace(OWN, amount=Money(485_470, "USD"), covers_fee=True).charged == Money(500_000, "USD")
    with pytest.raises(
        InvalidInput, match=r"comes to \$5,000\.02\. We can take up to \$5,000\.00"
    ) as refused:
        replace(OWN, amount=Money(485_471, "USD"), covers_fee=True)
    assert refused.value.field == "covers_fee"


@pytest.mark.parametrize("minor", [-500, 0, 99, 500_001])
def test_amounts_beyond_the_limits_are_named(minor: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(OWN, amount=Money(minor, "USD"))
    assert refused.value.field == "amount"


@pytest.mark.parametrize(
    ("capacity", "field"),
    [(Capacity.ORGANISATION, "organisation"), (Capacity.SOMEONE_ELSE, "true_donor")],
)
def test_each_capacity_asks_for_its_name(capacity: Capacity, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(OWN, capacity=capacity)
    assert refused.value.field == field
    named = replace(ADA, organisation="A Choir", true_donor="Eve Reader")
    assert replace(OWN, capacity=capacity, donor=named).donor == named


@pytest.mark.parametrize(
    ("text", "ein"),
    [("123456789", "12-3456789"), ("12-3456789", "12-3456789"), (" 123456789 ", "12-3456789")],
)
def test_an_ein_is_read_with_and_without_its_dash(text: str, ein: str) -> None:
    assert normal_ein(text) == ein


@pytest.mark.parametrize(
    ("field", "donor"),
    [
        ("ein", replace(ADA, ein="12-345678")),
        ("ein", replace(ADA, ein="1234-56789")),
        ("ein", replace(ADA, ein="\u0661" * 9)),
        ("occupation", replace(ADA, occupation=" ")),
        ("occupation", replace(ADA, occupation="x" * 201)),
        ("employer", replace(ADA, employer="a\x00b")),
        ("city", replace(ADA, address=replace(WHOLE_ADDRESS, city="x" * 201))),
        ("region", replace(ADA, address=replace(WHOLE_ADDRESS, region=""))),
    ],
)
def test_each_detail_is_checked_for_its_meaning(field: str, donor: Donor) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(OWN, donor=donor)
    assert refused.value.field == field


def test_only_an_organisation_has_a_kind() -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(OWN, organisation_type=OrganisationType.UNION)
    assert refused.value.field == "organisation_type"


def test_nothing_is_promised_without_the_attestation() -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(OWN, attested=False)
    assert refused.value.field == "attestation"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Money(501, "USD")},
        {"amount": Money(500, "EUR")},
        {"covers_fee": True},
        {"capacity": Capacity.ORGANISATION, "donor": replace(ADA, organisation="A Choir")},
        {"political_group": True},
        {"anonymous": True},
        {"from_article": "an-article"},
        {"donor": replace(ADA, name="Ada Reade")},
        {"donor": replace(ADA, email="ida@example.org")},
        {"donor": replace(ADA, employer="A Press")},
        {"donor": replace(ADA, address=WHOLE_ADDRESS)},
    ],
)
def test_every_answer_of_the_form_tells_two_forms_apart(change: dict[str, object]) -> None:
    assert replace(OWN, **change).canonical() != OWN.canonical()  # type: ignore[arg-type]  # fields by name


def test_the_key_of_the_form_is_no_part_of_what_it_says() -> None:
    assert replace(OWN, client_key=uuid.UUID(int=2)).canonical() == OWN.canonical()


def test_addresses_that_reach_the_same_mailbox_are_equal() -> None:
    assert normal_email(" ADA@Example.ORG ") == normal_email("ada@example.org")
    assert normal_email("a\uff44a@example.org") == normal_email("ada@example.org")
