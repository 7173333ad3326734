from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.independence.naming.canonical import canonical_name
from factually.independence.naming.parts import acronyms_of, parts_of


def parts(text: str) -> set[str]:
    return {part.text for part in parts_of(text, canonical_name(text))}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HALLMARK CARDS, INC. PAC (HALLPAC)", {"hallmark cards inc pac", "hallpac"}),
        ("AMERICAN MEDICAL SOCIETY AKA DOCTORS PARTY", {"american medical society", "doctors party"}),
        ("NEW FRONT PARTY f/k/a OLD GUARD COMMITTEE", {"new front party", "old guard committee"}),
        ("AMERICANS FOR CLEAN AIR (AFCA)", {"americans for clean air", "afca"}),
        ("DEMOCRATIC STATE COMMITTEE (DELAWARE)", {"democratic state committee"}),
        ("DNC SERVICES CORP / DEMOCRATIC NATIONAL COMMITTEE", {"democratic national committee"}),
        ("PLAIN NAME COMMITTEE", set()),
        ("(NONE)", set()),
    ],
)
def test_the_names_inside_a_name_are_found(text: str, found: set[str]) -> None:
    assert parts(text) >= found
    assert not found or canonical_name(text).text not in parts(text)


def test_what_is_in_brackets_and_names_nobody_is_no_name() -> None:
    assert "delaware" not in parts("DEMOCRATIC STATE COMMITTEE (DELAWARE)")


def test_a_sponsor_is_not_the_name_of_its_committee() -> None:
    assert "seaworld parks" not in parts("SEAWORLD PARKS (SEAPAC)")


def test_the_acronym_of_a_committee_is_a_name_by_itself() -> None:
    assert [name.text for name in acronyms_of(canonical_name("CULAC THE BANKPAC OF UNIONS"))] == ["bankpac"]


@given(st.text(max_size=200))
def test_any_text_can_be_searched_for_parts(text: str) -> None:
    assert all(part.tokens for part in parts_of(text, canonical_name(text)))
