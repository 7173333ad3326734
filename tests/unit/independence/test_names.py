from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.independence.names import (
    FormKind,
    canonical_name,
    committee_ids,
    is_generic,
    name_forms,
    names_its_role,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Republican National Committee", "REPUBLICAN NATIONAL COMMITTEE"),
        ("Repub. Nat'l Cmte.", "REPUBLICAN NATIONAL COMMITTEE"),
        ("Hallmark Cards, Inc. P.A.C.", "HALLMARK CARDS PAC"),
        ("3T Political Action Committee", "3T PAC"),
        ("Smith 4 Congress", "SMITH FOR CONGRESS"),
        ("Farmers & Ranchers PAC", "FARMERS AND RANCHERS PAC"),
        ("CENTER FORWARD COMMITTEE; THE", "Center Forward Committee"),
        ("Int\u2019l Ass\u2019n of Nurses PAC", "INTERNATIONAL ASSOCIATION OF NURSES PAC"),
        ("United States of America First", "USA FIRST"),
        ("U.S. Term Limits PAC", "US TERM LIMITS PAC"),
        ("Teamsters Local No. 115", "TEAMSTERS LOCAL #115"),
        ("Peña for Senate", "PENA FOR SENATE"),
        ("non\u2010hyphen\u2011dash\u2013PAC", "NON-HYPHEN-DASH-PAC"),
        ("\uff26\uff35\uff2c\uff2c\uff37\uff29\uff24\uff34\uff28 PAC", "FULLWIDTH PAC"),
        ("Re-Elect Jones", "REELECT JONES"),
        ("LEADERS PAC (PAC)", "LEADERS PAC"),
        ("A+B PAC", "A AND B PAC"),
    ],
)
def test_spellings_of_one_name_are_equal(one: str, other: str) -> None:
    assert canonical_name(one) == canonical_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SeaWorld Inc", "SeaWorld Inc PAC"),
        ("Local 150", "Local 501"),
        ("Republican National Committee", "Democratic-Republican National Committee"),
        ("หมา", "หมู"),
        ("कल", "कुल"),
    ],
)
def test_different_bodies_stay_different(one: str, other: str) -> None:
    assert canonical_name(one) != canonical_name(other)


def test_a_name_of_legal_forms_alone_is_kept() -> None:
    assert canonical_name("Incorporated Inc.") == "incorporated inc"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("HALLMARK CARDS, INC. PAC (HALLPAC)", {"hallmark cards pac", "hallpac"}),
        ("DNC SERVICES CORP / DEMOCRATIC NATIONAL COMMITTEE", {"democratic national committee"}),
        ("DARIGOLD PAC FKA NORTH PACIFIC DAIRY", {"darigold pac", "north pacific dairy"}),
        ("MAJORITY PAC A/K/A/GRIMM PAC", {"majority pac", "grimm pac"}),
        ("NATIONAL CHICKEN COUNCIL PAC (FKA) BROILER PAC", {"national chicken council pac", "broiler pac"}),
        ("FARM CREDIT COUNCIL COMMITTEE (FCCC)", {"farm credit council committee", "fccc"}),
        ("DEMOCRATIC STATE COMMITTEE (DELAWARE)", {"democratic state committee"}),
        ("PEACE OFFICERS COMMITTEE (NA)", {"peace officers committee"}),
        ("LEADERSHIP PAC", set()),
    ],
)
def test_names_within_a_name_are_found_where_they_stand_alone(text: str, parts: set[str]) -> None:
    whole, *others = name_forms(text)
    assert whole.kind is FormKind.WHOLE
    assert whole.canonical == canonical_name(text)
    assert {form.canonical for form in others} == parts
    assert {form.kind for form in others} <= {FormKind.PART}


def test_a_text_without_letters_bears_no_name() -> None:
    assert name_forms("") == name_forms("?!") == name_forms("()") == ()


@pytest.mark.parametrize(
    "text",
    [
        "None",
        "N/A",
        "na",
        "n.a.",
        "RNC",
        "self-employed",
        "Not Employed",
        "Committee",
        "U.S. Congress",
        "The Party",
    ],
)
def test_names_that_say_nothing_are_generic(text: str) -> None:
    assert is_generic(canonical_name(text))


@pytest.mark.parametrize("text", ["ActBlue", "3T PAC", "Republican National Committee", "Friends of Maria"])
def test_names_that_say_something_are_not_generic(text: str) -> None:
    assert not is_generic(canonical_name(text))


@pytest.mark.parametrize(
    ("text", "says_so"),
    [
        ("Republican National Committee", True),
        ("Arizona Democratic Party", True),
        ("Anna Bender for Senate", True),
        ("Bender for US Congress 2024", True),
        ("Hallmark Cards PAC", True),
        ("ActBlue", False),
        ("It Takes a Village", False),
        ("Friends of the Senate Library", False),
    ],
)
def test_a_name_may_say_itself_that_it_is_political(*, text: str, says_so: bool) -> None:
    assert names_its_role(canonical_name(text)) is says_so


def test_committee_ids_are_found_in_any_spelling_and_told_once() -> None:
    assert committee_ids("RNC (c00003418), C00003418; \uff2300010603") == ("C00003418", "C00010603")
    assert committee_ids("C0000341 or XC00003418 or C000034189") == ()


@given(st.text())
def test_any_text_has_a_canonical_form_that_is_its_own(text: str) -> None:
    for form in name_forms(text):
        assert form.canonical == " ".join(form.canonical.split())
        assert form.canonical == form.canonical.casefold()
