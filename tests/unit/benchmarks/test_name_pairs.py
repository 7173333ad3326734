from __future__ import annotations

import pytest

from benchmarks.name_pairs import NamePair, best_f1, f1_at, rapidfuzz_scores

PAIRS = [
    NamePair("Made-up Steel AG", "MADE UP STEEL AG", same=True),
    NamePair("Made-up Steel AG", "Steel AG of Madeupia", same=True),
    NamePair("Made-up Steel AG", "Bakery", same=False),
]


def test_f1_weighs_what_was_found_against_what_was_wrong() -> None:
    assert f1_at([0.9, 0.1, 0.8], PAIRS, 0.5).value == pytest.approx(0.5)
    assert f1_at([0.0], PAIRS[2:], 0.5).value == 0


def test_the_best_threshold_is_found() -> None:
    best = best_f1([0.9, 0.6, 0.5], PAIRS)
    assert best.value == 1
    assert 0.5 < best.threshold <= 0.6
    assert (best.precision, best.recall) == (1, 1)


def test_rapidfuzz_compares_folded_names() -> None:
    for scores in rapidfuzz_scores(PAIRS).values():
        assert scores[0] == 1
        assert scores[2] < 0.5
