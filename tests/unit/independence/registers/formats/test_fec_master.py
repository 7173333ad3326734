from __future__ import annotations

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.fec_master import parse_fec_master
from tests.support.register_files import FEC_MASTER, lines, master_row


def test_committees_are_read_without_treasurers_and_streets() -> None:
    committee, union = parse_fec_master(FEC_MASTER)
    assert committee == Entry(
        key="C00900001",
        name="MADE-UP PAC",
        sponsors=("MADE-UP, INC.",),
        details={"type": "Q", "designation": "U", "state": "DC", "org_type": "C"},
    )
    assert union.filer


@pytest.mark.parametrize("type_", ["C", "E", "I"])
def test_whoever_only_reports_spending_is_a_filer(type_: str) -> None:
    (entry,) = parse_fec_master(lines(master_row(CMTE_TP=type_)))
    assert entry.filer


def test_the_person_behind_a_candidates_committee_is_no_sponsor() -> None:
    (entry,) = parse_fec_master(lines(master_row(CMTE_TP="H", CONNECTED_ORG_NM="DOE")))
    assert entry.sponsors == ()


def test_a_quote_in_a_name_is_a_letter_like_any_other() -> None:
    (entry,) = parse_fec_master(lines(master_row(CMTE_NM='FRIENDS OF "BUD" MADE-UP')))
    assert entry.name == 'FRIENDS OF "BUD" MADE-UP'


def test_a_row_without_a_name_is_left_out() -> None:
    data = lines(master_row(CMTE_NM=""), master_row(CMTE_ID="C00900002"))
    assert [entry.key for entry in parse_fec_master(data)] == ["C00900002"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (FEC_MASTER[:-1], "Line 2: the file ends in the middle of a line"),
        (FEC_MASTER + FEC_MASTER, "Line 3: C00900001 stands on line 1 already"),
        (
            lines(master_row(), f"{master_row(CMTE_ID='C00900002')}|"),
            "Line 2: it has 16 fields instead of 15",
        ),
        (lines(master_row(CMTE_ID="900001")), "Line 1: CMTE_ID is not C and eight digits"),
        (lines(master_row()) + b"C00900002|CAF\xc9" + b"|" * 13 + b"\n", "Line 2: it is not UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_whole_with_line_and_reason(data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match="Nothing was loaded") as caught:
        parse_fec_master(data)
    assert message in caught.value.message
