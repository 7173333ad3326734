from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.engine import open_screening, pair_scores
from benchmarks.memory import memory_growth
from benchmarks.name_pairs import NamePair
from factually.independence.outcomes import Outcome
from factually.independence.registers.entries import Entry
from factually.independence.searching.building import build_index

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = (
    Entry(key="C00900001", name="IMAGINARY STEELWORKERS PAC"),
    Entry(key="C00900002", name="MARY MADEUP FOR CONGRESS"),
)


def test_a_whole_decision_is_made_on_a_name(tmp_path: Path) -> None:
    build_index(ENTRIES, tmp_path / "index")
    screening = open_screening(tmp_path / "index")
    decision = screening.search("Imaginary Stelworkers PAC")
    assert decision.outcome is not Outcome.ALLOW
    assert any(finding.register is not None for finding in decision.findings)
    assert screening.cpu_seconds() > 0


def test_a_pair_scores_what_its_own_row_does(tmp_path: Path) -> None:
    pairs = [
        NamePair("Imaginary Steel Works Ltd", "IMAGINARY STEEL WORKS", same=True),
        NamePair("Nonesuch Bakery", "IMAGINARY STEEL WORKS", same=False),
    ]
    same, other = pair_scores(pairs, tmp_path / "pairs")
    assert same > 0.9
    assert other == 0


def test_memory_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    build_index(ENTRIES, tmp_path / "index")
    growth = memory_growth(tmp_path / "index", ["Imaginary Steelworkers PAC"])
    assert 0 <= growth.private < 50
    assert growth.mapped >= 0
