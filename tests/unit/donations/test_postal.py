from __future__ import annotations

from dataclasses import replace

import pytest

from factually.donations.postal import COUNTRIES, STATES, check_address, region_code
from factually.foundation.errors import InvalidInput
from tests.support.donation_factories import WHOLE_ADDRESS


def test_every_country_and_state_is_listed_once() -> None:
    assert len(COUNTRIES) == 249
    assert len(set(COUNTRIES.values())) == 249
    assert len(STATES) == 59
    assert (COUNTRIES["US"], COUNTRIES["CD"], STATES["DC"]) == (
        "United States",
        "Congo (Democratic Republic)",
        "District of Columbia",
    )


@pytest.mark.parametrize(
    ("text", "country", "region"),
    [("tx", "US", "TX"), (" Texas ", "US", "TX"), ("Nowhere", "US", "NOWHERE"), ("Bavaria", "DE", "Bavaria")],
)
def test_a_state_is_known_by_its_code_and_by_its_name(text: str, country: str, region: str) -> None:
    assert region_code(text, country) == region


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"postal_code": "78701-1234"},
        {"country": "IE", "region": "", "postal_code": ""},
        {"country": "GB", "region": "", "postal_code": "SW1A 1AA"},
    ],
)
def test_an_address_that_a_letter_would_reach_is_taken(changes: dict[str, str]) -> None:
    check_address(replace(WHOLE_ADDRESS, **changes))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("country", {"country": "ZZ"}),
        ("lines", {"lines": " "}),
        ("city", {"city": ""}),
        ("region", {"region": ""}),
        ("region", {"region": "ZZ"}),
        ("postal_code", {"postal_code": ""}),
        ("postal_code", {"postal_code": "7870"}),
        ("postal_code", {"postal_code": "\u0667\u0668\u0667\u0660\u0661"}),
        ("postal_code", {"country": "DE", "postal_code": "1" * 13}),
    ],
)
def test_what_an_address_lacks_is_named_by_its_field(field: str, changes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_address(replace(WHOLE_ADDRESS, **changes))
    assert refused.value.field == field
