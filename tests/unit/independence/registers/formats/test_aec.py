from __future__ import annotations

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.formats.aec import parse_aec_entities
from tests.support.register_files import AEC


def test_lines_of_one_body_in_one_role_are_one_entry_under_its_latest_name() -> None:
    union, party, club = parse_aec_entities(AEC)
    assert (union.key, union.name) == ("third_party:90000000001", "Made-up Union")
    assert union.former_names == ("Made-up Union of Employees",)
    assert union.details == {"role": "third_party", "first_year": "2006-2007", "last_year": "2022-23"}
    assert (party.key, party.other_names) == ("party:made-up party", ("MUP",))
    assert club.details["parties"] == ("Made-up Party",)


def test_the_role_tells_a_party_from_a_body_that_merely_files() -> None:
    assert [entry.filer for entry in parse_aec_entities(AEC)] == [True, False, False]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b"third_party,90 ", b"bystander,90 ", "Line 2: role is none of"),
        (b"90 000 000 001", b"90 000", "Line 2: abn is not eleven digits"),
        (b"2006-2007", b"06/07", "Line 2: first_year is not a year"),
        (b"Made-up Union,", b",", "Line 3: name is empty"),
    ],
)
def test_a_damaged_line_is_refused(before: bytes, after: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse_aec_entities(AEC.replace(before, after))
