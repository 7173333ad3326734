from __future__ import annotations

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.irs_eo_bmf import parse_exempt_organisations
from tests.support.register_files import BMF_CLEANED, BMF_OFFICIAL

LEAGUE = Entry(
    key="900000001",
    name="MADE-UP CIVIC LEAGUE",
    ein="900000001",
    details={"subsection": "04", "state": "OH"},
)


def test_bodies_that_may_do_politics_are_kept_and_charities_are_not() -> None:
    assert parse_exempt_organisations(BMF_CLEANED) == (LEAGUE,)


def test_the_own_columns_of_the_irs_are_known_also_in_regions_joined_end_to_end() -> None:
    league, chamber = parse_exempt_organisations(b"\xef\xbb\xbf" + BMF_OFFICIAL)
    assert league == LEAGUE
    assert (chamber.key, chamber.details["subsection"]) == ("900000003", "06")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (BMF_CLEANED.replace(b",04,", b",07,"), "no body of subsection 04, 05 or 06 follows"),
        (BMF_CLEANED.replace(b"900000002", b"900000001"), "Line 3: 900000001 stands on line 2 already"),
        (BMF_CLEANED.replace(b"900000001", b"90-1"), "Line 2: ein is not nine digits"),
        (BMF_OFFICIAL.replace(b"0000,6", b"0000,c6"), "Line 4: SUBSECTION is not a number"),
        (BMF_OFFICIAL[:-9], "Line 5: the file ends in the middle"),
    ],
)
def test_a_damaged_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse_exempt_organisations(data)
