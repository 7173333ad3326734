from __future__ import annotations

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.formats.fec_csv import parse_fec_committees
from tests.support.independence_factories import ENTRIES, register_csv
from tests.support.register_files import FEC_CSV, lines

HEADER = "cmte_id,name,state,designation,type,first_cycle,last_cycle,filer_only,bare_name"
ROW = "C00000001,MADE-UP PAC,DC,U,Q,2014,2026,0,0"


def test_committees_are_read_with_their_former_names() -> None:
    entries = parse_fec_committees(register_csv())
    assert [(entry.key, entry.name, entry.former_names, entry.namesake) for entry in entries] == [
        (entry.key, entry.name, entry.former_names, entry.namesake) for entry in ENTRIES
    ]
    assert entries[0].details == {
        "type": "Q",
        "designation": "U",
        "state": "DC",
        "first_cycle": 2014,
        "last_cycle": 2026,
    }


def test_the_connected_organisation_is_a_sponsor_and_a_filer_is_kept_and_marked() -> None:
    committee, union = parse_fec_committees(FEC_CSV)
    assert (committee.sponsors, committee.filer) == (("MADE-UP, INC.",), False)
    assert committee.details["org_type"] == "C"
    assert (union.sponsors, union.filer) == ((), True)


def test_a_committee_is_not_its_own_sponsor_or_former_name() -> None:
    data = lines(f"{HEADER},connected_org,former_names", f"{ROW},Made-up Pac,MADE-UP PAC|OLD PAC|OLD PAC|")
    (entry,) = parse_fec_committees(data)
    assert (entry.sponsors, entry.former_names) == ((), ("OLD PAC",))


def test_further_columns_and_a_byte_order_mark_do_no_harm() -> None:
    data = b"\xef\xbb\xbf" + lines(f"{HEADER},street", f"{ROW},1 Made-up Road")
    assert len(parse_fec_committees(data)) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Line 1: the file ends in the middle of a line"),
        (lines("a,b"), "Line 1: the columns cmte_id, name"),
        (lines(f"{HEADER},name"), "Line 1: two columns have the same name"),
        (lines(HEADER), "Line 1: no row follows"),
        (lines(HEADER, ROW)[:-1], "Line 2: the file ends in the middle of a line"),
        (lines(HEADER, ROW, "C00000002,SHORT ROW"), "Line 3: it has 2 fields instead of 9"),
        (lines(HEADER, ROW, ROW), "Line 3: C00000001 stands on line 2 already"),
        (lines(HEADER, ROW.replace("C0", "X0")), "Line 2: cmte_id is not"),
        (lines(HEADER, ROW.replace("MADE-UP PAC", " ")), "Line 2: name is empty"),
        (lines(HEADER, ROW.replace("MADE-UP", "MADE\x00UP")), "Line 2: name holds control characters"),
        (lines(HEADER, ROW.replace("MADE-UP", "X" * 600)), "Line 2: name is longer than 500"),
        (lines(f"{HEADER},former_names", f"{ROW},A|{'X' * 600}"), "Line 2: former_names is longer than 500"),
        (lines(HEADER, ROW.replace("2014", "14")), "Line 2: first_cycle is not a year"),
        (lines(HEADER, ROW.replace(",0,0", ",no,0")), "Line 2: filer_only is not 0 or 1"),
        (lines(HEADER, ROW.replace("MADE-UP", '"MADE" UP')), "quotes or its line end are broken"),
        (lines(HEADER, ROW) + b"C00000002,CAF\xc9 PAC,DC,U,Q,2014,2026,0,0\n", "Line 3: it is not UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_whole_with_line_and_reason(data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match="Nothing was loaded") as caught:
        parse_fec_committees(data)
    assert message in caught.value.message
