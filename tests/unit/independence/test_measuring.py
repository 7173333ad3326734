from __future__ import annotations

from typing import Any

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.measuring import (
    LabelledCase,
    Share,
    Verdict,
    error_rates,
    held_share,
    is_mistake,
    read_cases,
    read_ordinary_names,
    read_verdict,
)

ALLOWED = Verdict(held=False, refused=False, told=False, related=False, first_id=None)


def case(*ids: str, person: bool = False, group: str = "typo") -> LabelledCase:
    return LabelledCase(name="Made-up PAC", person=person, ids=frozenset(ids), group=group)


def held(first_id: str | None = "C1", *, refused: bool = False, related: bool = False) -> Verdict:
    return Verdict(held=True, refused=refused, told=True, related=related, first_id=first_id)


def told(*, related: bool = False) -> Verdict:
    return Verdict(held=False, refused=False, told=True, related=related, first_id="C1")


def row(**changes: str | None) -> dict[str, str | None]:
    return {
        "query_name": "Made-up PAC",
        "query_kind": "organization",
        "expected": "match",
        "register_id": "C1 C2",
        "note": "typo: missing letter",
        **changes,
    }


def test_a_labelled_row_is_read_with_all_its_right_ids_and_its_class() -> None:
    (read,) = read_cases([row()])
    assert read == LabelledCase(name="Made-up PAC", person=False, ids=frozenset({"C1", "C2"}), group="typo")
    assert read.as_row() == {"query_name": "Made-up PAC", "query_kind": "organization"}


def test_a_person_is_screened_as_a_person() -> None:
    (read,) = read_cases([row(query_kind="person", expected="no_match", register_id="")])
    assert (read.person, read.ids, read.as_row()["query_kind"]) == (True, frozenset(), "person")


@pytest.mark.parametrize(
    "changes",
    [
        {"query_kind": "robot"},
        {"expected": "perhaps"},
        {"expected": "no_match"},
        {"register_id": ""},
        {"note": None},
    ],
)
def test_a_label_that_makes_no_sense_is_refused_with_its_row(changes: dict[str, str | None]) -> None:
    with pytest.raises(InvalidInput, match="Row 2"):
        read_cases([row(), row(**changes)])


def test_ordinary_names_are_organisations_that_denote_no_committee() -> None:
    (read,) = read_ordinary_names([{"cik": "1750", "name": "MADE-UP CORP"}])
    assert (read.name, read.person, read.ids) == ("MADE-UP CORP", False, frozenset())
    with pytest.raises(InvalidInput, match="Row 1"):
        read_ordinary_names([{"cik": "1750"}])


def test_a_verdict_is_read_from_an_answer() -> None:
    answer: dict[str, Any] = {
        "outcome": "hold",
        "matches": [{"id": "C2", "relation": "related"}, {"id": "C1", "relation": "same"}],
    }
    assert read_verdict(answer) == Verdict(held=True, refused=False, told=True, related=True, first_id="C2")
    assert read_verdict({"outcome": "allow", "matches": []}) == ALLOWED
    assert read_verdict({"error": {"message": "The name is empty."}}) is None


@pytest.mark.parametrize(
    ("labelled", "verdict", "wrong"),
    [
        (case("C1", "C2"), held("C2"), False),
        (case("C1"), held("C2"), True),
        (case("C1"), told(), True),
        (case("C1"), ALLOWED, True),
        (case(), held(), True),
        (case(), told(), False),
    ],
)
def test_the_wrong_committee_is_as_wrong_as_none(
    labelled: LabelledCase, verdict: Verdict, *, wrong: bool
) -> None:
    assert is_mistake(labelled, verdict) is wrong


def test_organisations_persons_and_sponsors_are_counted_apart() -> None:
    rates = error_rates(
        [
            (case("C1"), held("C1")),
            (case("C1"), held("C2")),
            (case("C1"), told()),
            (case("C1"), None),
            (case(group="sponsor"), told(related=True)),
            (case(group="sponsor"), held()),
            (case(group="company"), ALLOWED),
            (case(group="person", person=True), held(refused=True)),
            (case(group="person", person=True), ALLOWED),
        ]
    )
    assert rates.recall == Share(part=2, whole=3)
    assert rates.right_first == Share(part=1, whole=3)
    assert rates.precision == Share(part=2, whole=3)
    assert rates.false_positives == Share(part=1, whole=3)
    assert rates.told == Share(part=2, whole=6)
    assert (rates.persons_held, rates.persons_refused) == (Share(part=1, whole=2), Share(part=1, whole=2))
    assert (rates.sponsors_held, rates.sponsors_related) == (Share(part=1, whole=2), Share(part=1, whole=2))
    assert rates.unanswered == Share(part=1, whole=9)
    assert {name: group.held.whole for name, group in rates.groups.items()} == {
        "company": 1,
        "person": 2,
        "sponsor": 2,
        "typo": 3,
    }


def test_rates_are_told_with_both_counts() -> None:
    rates = error_rates([(case("C1"), held("C1"))])
    stored: Any = rates.as_json()
    assert stored["recall"] == {"part": 1, "whole": 1, "share": 1.0}
    assert stored["groups"]["typo"]["held"]["part"] == 1
    assert stored["persons_held"]["share"] is None
    table = rates.table()
    assert "recall                   1.0000 (1 of 1)" in table
    assert "persons held             none counted" in table
    assert "ordinary names" not in table


def test_names_held_of_ordinary_lists_are_told_by_list() -> None:
    assert held_share([held(), ALLOWED, told()]) == Share(part=1, whole=3)
