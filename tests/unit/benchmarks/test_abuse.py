from __future__ import annotations

import pytest

from benchmarks.abuse import Figures, report, worst_minute
from benchmarks.card_testers import Tried


@pytest.mark.parametrize(
    ("moments", "most"), [([], 0), ([1], 1), ([0, 59.9], 2), ([0, 60], 1), ([0, 30, 61, 62, 63, 120.5], 4)]
)
def test_the_worst_minute_is_found_wherever_it_begins(moments: list[float], most: int) -> None:
    assert worst_minute(moments) == most


def test_the_report_says_what_was_missed() -> None:
    figures = Figures(
        thieves=[Tried(0, 1, 402, "card_declined", 0)] * 40,
        donors=[Tried(0, 9, 200, "captured", 2), Tried(0, 3, 429, "too_many_requests", 0)],
        reads=[0.01] * 50,
        declined_at=[float(second) for second in range(40)],
        charged_at=[50.0],
        unpaid_at=[],
        alarm_seconds=2.5,
        seconds=2.4,
    )
    text = report(figures)
    assert "(1,000 a minute)" in text
    assert "at most 30 | 40 | **missed** |" in text
    assert "at least 100 % | 50 % | **missed** |" in text
    assert "at most 60 s | 2.5 s | met |" in text
    assert "| from the button to the answer, donors, longest | 9 s |" in text
    assert "| thieves' cards answered 402 card_declined | 40 |" in text
