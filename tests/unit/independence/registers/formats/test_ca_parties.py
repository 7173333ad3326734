from __future__ import annotations

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.ca_parties import parse_ca_parties
from tests.support.register_files import CA_PARTIES


def test_a_party_is_read_with_its_names_in_both_languages_and_a_header_within_is_passed_over() -> None:
    assert parse_ca_parties(CA_PARTIES) == (
        Entry(
            key="MadeUp2000",
            name="Made-up Party",
            other_names=("Parti Inventé", "Parti Inventé du Canada", "MUP", "PI"),
            details={"year_first": 2000},
        ),
        Entry(key="Gone1990", name="Gone Party", details={"year_first": 1990, "year_last": 1994}),
    )


def test_a_year_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="Line 4: year_first is not a year"):
        parse_ca_parties(CA_PARTIES.replace(b"1990,1994", b"ninety,1994"))
