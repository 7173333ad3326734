from __future__ import annotations

from benchmarks.labelled import CASES, NAME_PAIRS, data_rows, ordinary_names, real_committees
from benchmarks.name_pairs import read_pairs
from factually.independence.measuring import read_cases


def test_the_files_hold_what_their_provenance_says() -> None:
    cases = read_cases(data_rows(CASES))
    pairs = read_pairs(data_rows(NAME_PAIRS))
    assert (len(cases), sum(bool(case.ids) for case in cases)) == (1983, 960)
    assert (len(pairs), sum(pair.same for pair in pairs)) == (266, 171)
    assert len(ordinary_names()) == 46_311 + 8_049


def test_the_register_holds_no_filer() -> None:
    committees = real_committees()
    assert (len(committees), any(entry.filer for entry in committees)) == (47_995, False)
