from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.error_rates import MeasuredRates
from benchmarks.memory import MemoryGrowth
from benchmarks.name_pairs import F1
from benchmarks.screening_figures import OURS, SCAN, TRIGRAMS, Build, Figures
from benchmarks.screening_report import report
from benchmarks.speed import Latency
from factually.independence.measuring import ErrorRates, GroupRates, Share

NOTHING = Share(part=0, whole=0)
NEVER = Share(part=0, whole=100)
ALWAYS = Share(part=100, whole=100)

RATES = ErrorRates(
    recall=ALWAYS,
    precision=ALWAYS,
    false_positives=NEVER,
    right_first=ALWAYS,
    told=NEVER,
    persons_held=NEVER,
    persons_refused=NEVER,
    sponsors_held=NEVER,
    sponsors_related=ALWAYS,
    unanswered=NEVER,
    groups={"typo": GroupRates(held=ALWAYS, told=NEVER)},
    ordinary={"companies.csv.gz": NEVER},
)
FIGURES = Figures(
    builds={20: Build(cpu=1.0, wall=1.5), 1_000_000: Build(cpu=50.0, wall=55.0)},
    latencies={20: Latency(p50=0.5, p99=1.0), 1_000_000: Latency(p50=1.5, p99=5.0)},
    costs={
        size: {OURS: [1.0, 1.0], SCAN: [100.0, 120.0], TRIGRAMS: [40.0, 44.0]} for size in (20, 1_000_000)
    },
    memory=MemoryGrowth(private=20.0, mapped=100.0),
    rates=MeasuredRates(labelled=RATES, fresh=RATES),
    pairs={"screening": F1(threshold=0.75, precision=1.0, recall=0.5)},
)


def test_all_goals_that_are_met_are_said_to_be() -> None:
    text = report(FIGURES)
    assert "missed" not in text
    assert text.count("| met |") == 14
    assert (
        "| faster than rapidfuzz.process.extract at 1,000,000 names | at least 80 times | 110 times | met |"
        in text
    )
    assert "| growth of p50 from 20 names | at most 8 times | 3 times | met |" in text
    assert "| typo | 1.0000 (100 of 100) | 0.0000 (0 of 100) |" in text
    assert "| screening | 0.667 | 1.000 | 0.500 | 0.75 |" in text


def test_a_missed_goal_is_told_as_plainly() -> None:
    slow = replace(FIGURES, builds={20: Build(cpu=1.0, wall=1.5), 1_000_000: Build(cpu=61.0, wall=70.0)})
    assert "| index build at 1,000,000 names, on the clock | at most 60 s | 70 s | **missed** |" in report(
        slow
    )


def test_a_goal_over_nothing_is_no_goal_met() -> None:
    with pytest.raises(ValueError, match="nothing was counted"):
        report(
            replace(FIGURES, rates=MeasuredRates(labelled=replace(RATES, persons_held=NOTHING), fresh=RATES))
        )
