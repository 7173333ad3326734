from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.registers.differences import Change, RowChange
from factually.independence.registers.entries import Entry

ROW = Entry(key="C00900001", name="MADE-UP PAC", details={"type": "Q", "last_cycle": 2024})


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (replace(ROW, name="NEW PAC"), 'name "MADE-UP PAC" is now "NEW PAC"'),
        (replace(ROW, filer=True), "filer no is now yes"),
        (replace(ROW, ein="900000001"), 'ein none is now "900000001"'),
        (replace(ROW, sponsors=("A", "B")), 'sponsors none is now "A", "B"'),
        (replace(ROW, details={"type": "O"}), 'type "Q" is now "O"; last cycle "2024" is now none'),
    ],
)
def test_a_changed_row_says_what_was_and_what_is(after: Entry, words: str) -> None:
    change = RowChange(key=ROW.key, change=Change.CHANGED, before=ROW, after=after)
    assert change.in_words() == f"changed C00900001: {words}"


@pytest.mark.parametrize(
    ("change", "before", "after"), [(Change.ADDED, None, ROW), (Change.REMOVED, ROW, None)]
)
def test_a_row_that_came_or_went_says_its_name(
    change: Change, before: Entry | None, after: Entry | None
) -> None:
    words = RowChange(key=ROW.key, change=change, before=before, after=after).in_words()
    assert words == f"{change} C00900001: MADE-UP PAC"
