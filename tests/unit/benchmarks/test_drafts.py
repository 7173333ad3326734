from __future__ import annotations

from benchmarks.drafts import measure_gate, report


def test_a_slow_save_misses_its_goal() -> None:
    written = "\n".join(report([10.0] * 10 + [60.0] * 10, [5.0] * 20, [1.0] * 20, [2.0] * 20))
    assert "| saving a draft, 95 of 100 | at most 50 ms | 60 ms | **missed** |" in written
    assert "| the evidence gate, 95 of 100 | at most 20 ms | 1 ms | met |" in written
    assert "- the gate is 0.5 times reading the text" in written


def test_gate_and_grammar_are_measured_by_turns() -> None:
    gate, grammar = measure_gate(3)
    assert len(gate) == len(grammar) == 3
    assert min(gate + grammar) > 0
