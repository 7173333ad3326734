from __future__ import annotations

from factually.articles.content import Passage
from factually.articles.history.alignment import Unit, align
from factually.articles.history.sequences import COMPARISON_LIMIT
from factually.articles.history.words import tokenise

FIRST = "The council voted on the plan in March, by eight to three."
SECOND = "Nobody knows how many people came to the square that night."
THIRD = "A report of the auditor found no sign of fraud in the count."


def units(*texts: str, heading: bool = False) -> list[Unit]:
    return [Unit(Passage(1, text, is_heading=heading), tokenise(text)) for text in texts]


def pairs(before: list[Unit], after: list[Unit]) -> list[tuple[str | None, str | None]]:
    return [
        (old.passage.text if old else None, new.passage.text if new else None)
        for old, new in align(before, after)
    ]


def test_an_edited_paragraph_is_found_between_new_and_removed_ones() -> None:
    edited = SECOND.replace("square", "park")
    assert pairs(units(FIRST, SECOND), units(THIRD, edited)) == [
        (FIRST, None),
        (None, THIRD),
        (SECOND, edited),
    ]


def test_paragraphs_that_have_little_in_common_are_removed_and_added() -> None:
    assert pairs(units(FIRST), units(SECOND)) == [(FIRST, None), (None, SECOND)]


def test_a_heading_never_becomes_a_paragraph() -> None:
    found = pairs(units(FIRST, heading=True), units(FIRST + " So it was."))
    assert found == [(FIRST, None), (None, FIRST + " So it was.")]


def test_what_is_left_over_on_either_side_is_yielded() -> None:
    assert pairs(units(FIRST), units()) == [(FIRST, None)]
    assert pairs(units(), units(FIRST)) == [(None, FIRST)]


def test_many_paragraphs_that_all_changed_are_paired_in_order() -> None:
    before = units(*(f"{FIRST} {number}" for number in range(100)))
    after = units(*(f"{FIRST} {number} indeed" for number in range(100)), SECOND)
    found = pairs(before, after)
    assert found[:-1] == [
        (old.passage.text, new.passage.text) for old, new in zip(before, after, strict=False)
    ]
    assert found[-1] == (None, SECOND)


def test_in_order_paragraphs_with_little_in_common_stay_apart() -> None:
    before = units(*(f"{FIRST} {number}" for number in range(70)))
    after = units(*(f"{SECOND} {number}" for number in range(70)))
    assert pairs(before, after)[:2] == [(FIRST + " 0", None), (None, SECOND + " 0")]


def test_paragraphs_too_long_to_compare_are_taken_for_the_same() -> None:
    words = int(COMPARISON_LIMIT**0.5) + 1
    before, after = "a " * words + "b", "c " * words + "b"
    assert pairs(units(before), units(after)) == [(before, after)]
