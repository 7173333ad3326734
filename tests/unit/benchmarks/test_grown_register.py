from __future__ import annotations

from itertools import islice

import pytest

from benchmarks.grown_register import GrownRegister
from factually.independence.registers.entries import Entry

REAL = tuple(
    Entry(key=f"C{number:08}", name=name)
    for number, name in enumerate(
        (
            "FRIENDS OF MARY MADEUP",
            "JOHN INVENTED FOR CONGRESS 2024",
            "IMAGINARY STEELWORKERS LOCAL 150 PAC (IMSPAC)",
            "FICTITIOUS FARMERS, INC. POLITICAL ACTION COMMITTEE",
            "NONESUCH COUNTY REPUBLICAN PARTY",
        )
    )
)


@pytest.fixture(scope="module")
def grown() -> list[Entry]:
    return list(GrownRegister(REAL, seed=1).entries(2_000))


def test_every_name_and_id_is_different(grown: list[Entry]) -> None:
    assert len({entry.name for entry in grown}) == len({entry.key for entry in grown}) == 2_000


def test_the_same_seed_gives_the_same_register(grown: list[Entry]) -> None:
    assert list(GrownRegister(REAL, seed=1).entries(2_000)) == grown
    assert list(GrownRegister(REAL, seed=2).entries(2_000)) != grown


def test_a_larger_register_holds_the_smaller_one(grown: list[Entry]) -> None:
    assert list(GrownRegister(REAL, seed=1).entries(100)) == grown[:100]
    assert list(GrownRegister(REAL, seed=1).entries(3)) == grown[:3]


def test_real_entries_come_first(grown: list[Entry]) -> None:
    assert sorted(grown[:5], key=lambda entry: entry.key) == list(REAL)


def test_new_names_keep_the_pattern_of_real_ones(grown: list[Entry]) -> None:
    endings = (" FOR CONGRESS ", "FRIENDS OF ", " PAC (", " COMMITTEE", " COUNTY REPUBLICAN PARTY")
    assert all(any(ending in entry.name for ending in endings) for entry in grown)


def test_the_vocabulary_goes_on_growing(grown: list[Entry]) -> None:
    def words(entries: list[Entry]) -> set[str]:
        return {word for entry in entries for word in entry.name.split()}

    assert len(words(grown)) > 1.5 * len(words(list(islice(grown, 1_000))))


def test_years_stay_years_and_numbers_keep_their_length(grown: list[Entry]) -> None:
    for entry in grown:
        for number in filter(str.isdigit, entry.name.split()):
            assert len(number) == (3 if "LOCAL" in entry.name else 4)
            assert "LOCAL" in entry.name or 1990 <= int(number) < 2030
