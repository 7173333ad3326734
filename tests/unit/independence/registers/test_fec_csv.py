from __future__ import annotations

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.fec_csv import parse_fec_committees
from tests.support.independence_factories import ENTRIES, register_csv

GOOD = register_csv()
HEADER = "cmte_id,name,state,designation,type,first_cycle,last_cycle,filer_only,bare_name"
ROW = "C00000001,MADE-UP PAC,DC,U,Q,2014,2026,0,0"


def lines(*rows: str) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()


def test_committees_are_read_with_their_former_names() -> None:
    entries = parse_fec_committees(GOOD)
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


def test_mere_filers_are_no_committees() -> None:
    filer = "C00000002,MADE-UP UNION,DC,U,C,2014,2026,1,0"
    assert [entry.key for entry in parse_fec_committees(lines(HEADER, ROW, filer))] == ["C00000001"]


def test_further_columns_and_a_byte_order_mark_do_no_harm() -> None:
    data = b"\xef\xbb\xbf" + lines(f"{HEADER},street", f"{ROW},1 Made-up Road")
    assert len(parse_fec_committees(data)) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Line 1: the file ends in the middle of a line"),
        (lines("a,b"), "Line 1: the columns cmte_id, name"),
        (lines(HEADER), "Line 1: no committee follows"),
        (lines(HEADER, ROW)[:-1], "Line 2: the file ends in the middle of a line"),
        (lines(HEADER, ROW, "C00000002,SHORT ROW"), "Line 3: it has 2 fields instead of 9"),
        (lines(HEADER, ROW, ROW), "Line 3: C00000001 stands on line 2 already"),
        (lines(HEADER, ROW.replace("C0", "X0")), "Line 2: cmte_id is not"),
        (lines(HEADER, ROW.replace("MADE-UP PAC", " ")), "Line 2: a name is empty"),
        (lines(HEADER, ROW.replace("MADE-UP", "MADE\x00UP")), "Line 2: a name is empty, not printable"),
        (lines(HEADER, ROW.replace("MADE-UP", "X" * 600)), "longer than 500"),
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
