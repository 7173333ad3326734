from __future__ import annotations

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.party_facts import parse_party_facts
from tests.support.register_files import PARTY_FACTS


def test_a_party_is_read_with_its_names_in_other_languages() -> None:
    full, bare = parse_party_facts(PARTY_FACTS)
    assert full == Entry(
        key="9001",
        name="Parti Exemple",
        other_names=("PE", "Example Party", "Beispielpartei", "Pars"),
        details={"country": "MDU", "year_first": 1990, "year_last": 2018, "wikidata_id": "Q900001"},
    )
    assert (bare.other_names, bare.details) == ((), {"country": "MDU"})


def test_a_party_without_a_number_is_refused() -> None:
    with pytest.raises(InvalidInput, match="Line 2: partyfacts_id is not a number"):
        parse_party_facts(PARTY_FACTS.replace(b"9001", b"nine"))
