from __future__ import annotations

from benchmarks.chance import chance_of
from benchmarks.fresh_cases import fresh_cases
from factually.independence.registers.entries import Entry

ENTRIES = (
    Entry(key="C00900001", name="MARY MADEUP FOR CONGRESS"),
    Entry(key="C00900002", name="Mary Madeup for Congress"),
    Entry(key="C00900003", name="IMAGINARY STEELWORKERS COMMITTEE"),
)


def test_each_change_is_made_where_it_applies() -> None:
    cases = list(fresh_cases(ENTRIES, chance_of(1), each=2))
    groups = [case.group for case in cases]
    assert groups.count("one typo, anywhere") == groups.count("three typos") == 2
    assert [case.name for case in cases if case.group == "committee left out"] == ["IMAGINARY STEELWORKERS"]
    assert [case.name for case in cases if case.group == "last name first"] == ["MADEUP, MARY FOR CONGRESS"]


def test_every_committee_of_the_name_is_right() -> None:
    (case,) = (one for one in fresh_cases(ENTRIES, chance_of(1), each=2) if one.group == "last name first")
    assert case.ids == {"C00900001", "C00900002"}
