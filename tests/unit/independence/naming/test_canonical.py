from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.independence.naming.canonical import canonical_name
from factually.independence.naming.vocabulary import NEIGHBOURS, REPAIRED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HALLMARK CARDS, INC. PAC", "Hallmark Cards Political Action Committee"),
        ("ROBERT SMULLEN 4 CONGRESS", "Robert Smullen for Congress"),
        ("Historic Triangle Democrats Federal Cte", "HISTORIC TRIANGLE DEMOCRATS FEDERAL COMMITTEE"),
        ("Hexion Inc. Pol Action Comm", "HEXION PAC"),
        ("Parrish for U.S. Senate", "PARRISH FOR US SENATE"),
        ("Friends of the P.A.C.", "friends of p a c"),
        ("Life + Labor", "LIFE & LABOR"),
        ("Int'l Union of Operating Engineers", "INTERNATIONAL UNION OF OPERATING ENGINEERS"),
        ("Ironworkers Local No. 25", "ironworkers local 25"),
        ("3rd Congressional District", "3 CONG DISTRICT"),
        ("José Sanz for Texas", "JOSE SANZ FOR TEXAS"),
        ("Re-Elect Ann Madeup", "reelect ann madeup"),
        ("Ted Cruz forSenate", "TED CRUZ FOR SENATE"),
        ("Haverford Township democraticcommittee", "HAVERFORD TOWNSHIP DEMOCRATIC COMMITTEE"),
        ("Republican N\u0430tional \u0421ommittee", "REPUBLICAN NATIONAL COMMITTEE"),
        ("\uff32\uff2e\uff23 Committee", "rnc committee"),
        ("Americans for Progress Commitee", "AMERICANS FOR PROGRESS COMMITTEE"),
        ("Jessica Priester for Pesident", "JESSICA PRIESTER FOR PRESIDENT"),
        ("Ann Madeup for Congerss", "ANN MADEUP FOR CONGRESS"),
        ("ANNMADEUP4CONGRESS", "Annmadeup for Congress"),
        ("Ann Madeup 4Congres", "ANN MADEUP FOR CONGRESS"),
        ("Madeup LLCPOLITICAL ACTION COMMITTEE", "MADEUP LLC PAC"),
        ("Madeup PoliticalAction Committee", "MADEUP PAC"),
        ("Madeup Political Ation Committee", "MADEUP PAC"),
    ],
)
def test_two_spellings_of_one_name_share_their_key(one: str, other: str) -> None:
    assert canonical_name(one).key == canonical_name(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Indiana Pacers", "IN PAC"),
        ("The Counsel", "The Council"),
        ("Republic Airways", "Republican Airways"),
        ("Local 150", "Local 501"),
        ("Commerce.com", "Commerce Committee"),
        ("Federation of Women", "Federation of Woman"),
    ],
)
def test_names_that_only_look_alike_keep_apart(one: str, other: str) -> None:
    assert canonical_name(one).key != canonical_name(other).key


@pytest.mark.parametrize(
    "text", ["", "N/A", "None", "Not employed", "RNC", "Committee", "the", "!!!", "Party PAC", "x"]
)
def test_a_name_that_says_nothing_is_generic(text: str) -> None:
    assert canonical_name(text).generic


@pytest.mark.parametrize("text", ["ActBlue", "HALLPAC", "Ann Madeup", "Heartland Patriots"])
def test_a_name_that_says_something_is_not(text: str) -> None:
    assert not canonical_name(text).generic


@pytest.mark.parametrize(
    ("text", "says_so"),
    [
        ("Republican National Committee", True),
        ("HALLPAC", True),
        ("Ann Madeup for Congress", True),
        ("Friends of the Library", False),
        ("Victory Christian School", False),
        ("Americans for the Arts", False),
    ],
)
def test_a_committee_is_told_by_its_own_words(text: str, *, says_so: bool) -> None:
    assert canonical_name(text).says_so is says_so


def test_order_and_glue_do_not_count_in_the_sorted_key() -> None:
    assert (
        canonical_name("Bender, Anna for Senate").sorted_key
        == canonical_name("Anna Bender for the Senate").sorted_key
    )


def test_the_bearer_is_what_is_left_without_roles_glue_and_legal_forms() -> None:
    assert canonical_name("Friends of Ann Madeup for Congress, Inc.").bearer == ("ann", "madeup")


def test_no_word_is_both_mended_to_and_left_alone() -> None:
    assert {word for word in REPAIRED & NEIGHBOURS if canonical_name(word).tokens == ()} == set()


@given(st.text(max_size=300))
def test_any_text_has_a_canonical_name_of_plain_tokens(text: str) -> None:
    for token in canonical_name(text).tokens:
        assert token.isascii()
        assert token.isalnum()
        assert token == token.lower()


@given(st.text(max_size=200))
def test_case_and_outer_blanks_never_matter(text: str) -> None:
    assert canonical_name(f"  {text} ") == canonical_name(text)
    assert canonical_name(text.casefold()) == canonical_name(text)
