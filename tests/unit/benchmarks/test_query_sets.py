from __future__ import annotations

import pytest
from rapidfuzz.distance import OSA

from benchmarks.chance import chance_of
from benchmarks.query_sets import alter, misspell_once, mixed_queries


@pytest.mark.parametrize("seed", range(20))
def test_a_typo_is_one_edit(seed: int) -> None:
    assert (
        OSA.distance(misspell_once("FRIENDS OF MARY MADEUP", chance_of(seed)), "FRIENDS OF MARY MADEUP") == 1
    )


def test_a_name_without_latin_letters_keeps_its_spelling() -> None:
    assert misspell_once("1787", chance_of(1)) == "1787"


@pytest.mark.parametrize("name", ["MARY MADEUP FOR SENATE", "THE IMAGINARY PAC (IMPAC)", "MADEUP"])
@pytest.mark.parametrize("seed", range(10))
def test_an_altered_name_is_another_one(name: str, seed: int) -> None:
    assert alter(name, chance_of(seed)) not in {name, ""}


def test_parts_are_dropped_and_candidates_turned_round() -> None:
    altered = {alter("MARY MADEUP FOR SENATE COMMITTEE", chance_of(seed)) for seed in range(60)}
    assert "MARY MADEUP FOR SENATE" in altered
    assert "MADEUP, MARY FOR SENATE COMMITTEE" in altered


def test_half_of_the_queries_are_of_committees() -> None:
    committees = [f"MADEUP {number} FOR CONGRESS" for number in range(100)]
    others = [f"bakery {number}" for number in range(100)]
    queries = mixed_queries(committees, others, 50, chance_of(1))
    assert len(queries) == 50
    assert sum(query in others for query in queries) == 25
