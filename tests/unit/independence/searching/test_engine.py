from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factually.independence.matching import HOLD_FROM, Match, MatchKind, Relation, Stated, StatedName
from factually.independence.registers.entries import Entry
from factually.independence.searching.finding import MOST_EXACT
from tests.support.small_indexes import engine_over

COMMITTEES = (
    Entry(key="C00003418", name="REPUBLICAN NATIONAL COMMITTEE", details={"type": "Y"}),
    Entry(key="C00401224", name="ACTBLUE", domains=("actblue.example",)),
    Entry(
        key="C00000059",
        name="HALLMARK CARDS, INC. PAC (HALLPAC)",
        former_names=("HALLMARK GIVING FUND PAC",),
        sponsors=("HALLMARK CARDS, INC.",),
        details={"first_cycle": 2014, "last_cycle": 2026},
    ),
    Entry(key="C00900001", name="WE THE PEOPLE COMMITTEE"),
    Entry(key="C00900002", name="WE THE PEOPLE COMMITTEE"),
    Entry(key="C00900003", name="NONE"),
    Entry(key="C00900004", name="MARIA MADEUP", namesake=True),
    Entry(key="C00900005", name="HEARTLAND PATRIOTS"),
    Entry(key="C00900006", name="FRIENDS OF MARIA MADEUP"),
    Entry(key="C00900007", name="ENGINEERS UNION", filer=True, ein="123456789"),
)
ENGINE = engine_over(*COMMITTEES)
OTHERS = {
    "organisation_name": Stated.ORGANISATION,
    "donor_name": Stated.PERSON,
    "email": Stated.EMAIL_DOMAIN,
    "ein": Stated.EIN,
    "employer": Stated.EMPLOYER,
}


def find(text: str, field: str = "organisation_name") -> list[Match]:
    return list(ENGINE.find([StatedName(field=field, text=text, what=OTHERS[field])]))


def keys(matches: list[Match]) -> list[str]:
    return [match.row.key for match in matches if match.row is not None]


@pytest.mark.parametrize(
    ("text", "kind", "score"),
    [
        ("Republican National Committee", MatchKind.NAME, 1.0),
        ("Republican Natoinal Committee", MatchKind.NAME, 0.9),
        ("National Committee, Republican", MatchKind.NAME, 0.98),
        ("Hallmark Giving Fund PAC", MatchKind.FORMER_NAME, 1.0),
        ("hallpac", MatchKind.ALIAS, 0.8),
        ("Some Shop (HALLPAC)", MatchKind.ALIAS, 0.8),
        ("HeartlandPatriots", MatchKind.NAME, 0.9),
        ("Hartland Patriots", MatchKind.NAME, 0.8),
    ],
)
def test_a_committee_is_found_by_each_of_its_names(text: str, kind: MatchKind, score: float) -> None:
    best = find(text)[0]
    assert best.kind is kind
    assert best.score >= min(score, 1.0)
    assert best.relation is Relation.SAME


def test_an_id_in_a_text_is_certain_and_an_unknown_one_is_told() -> None:
    known, *rest = find("Friends of c00401224")
    assert (known.kind, known.row and known.row.name, known.score) == (MatchKind.ID, "ACTBLUE", 1.0)
    assert all(match.score < HOLD_FROM for match in rest)
    unknown = find("C99999999")[0]
    assert (unknown.kind, unknown.row) == (MatchKind.UNKNOWN_ID, None)


@pytest.mark.parametrize("text", ["12-3456789", "123456789", " 12 3456789 "])
def test_an_ein_is_found_however_it_is_written(text: str) -> None:
    (match,) = find(text, "ein")
    assert (match.kind, keys([match])) == (MatchKind.EIN, ["C00900007"])
    assert match.details["filer"] is True


@pytest.mark.parametrize("text", ["12-345678", "1234567890", "none"])
def test_what_is_no_ein_is_nobodys(text: str) -> None:
    assert find(text, "ein") == []


@pytest.mark.parametrize(
    "domain", ["actblue.example", "ACTBLUE.example", "mail.actblue.example", "actblue.example."]
)
def test_a_domain_is_found_with_what_stands_before_it(domain: str) -> None:
    (match,) = find(domain, "email")
    assert (match.kind, keys([match])) == (MatchKind.DOMAIN, ["C00401224"])


@pytest.mark.parametrize("domain", ["example", "notactblue.example", "", "."])
def test_another_domain_is_not(domain: str) -> None:
    assert find(domain, "email") == []


def test_a_body_the_register_connects_with_a_committee_is_related_and_not_held() -> None:
    matches = find("Hallmark Cards Inc")
    assert keys(matches) == ["C00000059"]
    assert matches[0].relation is Relation.RELATED
    assert matches[0].score < HOLD_FROM


def test_a_person_with_a_candidates_name_is_a_namesake() -> None:
    assert {match.relation for match in find("Maria Madeup", "donor_name")} == {Relation.NAMESAKE}


def test_a_committee_typed_in_the_donors_field_is_no_namesake() -> None:
    assert find("Friends of Maria Madeup", "donor_name")[0].relation is Relation.SAME
    assert find("ActBlue", "donor_name")[0].relation is Relation.SAME


@pytest.mark.parametrize("text", ["None", "n/a", "", "Committee", "a", "!", "Not employed"])
def test_a_name_that_says_nothing_holds_nothing(text: str) -> None:
    assert all(match.relation is Relation.GENERIC for match in find(text))


def test_an_organisation_of_a_shared_name_is_told_every_row() -> None:
    matches = find("We the People Committee")
    assert keys(matches) == ["C00900001", "C00900002"]
    assert not any(match.exact_identity for match in matches)


def test_only_the_unmistakable_name_is_an_identity() -> None:
    assert find("Republican National Committee")[0].exact_identity
    assert not find("Republican Natoinal Committee")[0].exact_identity
    assert not find("ActBlue")[0].exact_identity
    assert not find("Maria Madeup")[0].exact_identity


def test_very_many_rows_of_one_name_are_told_in_part() -> None:
    crowd = engine_over(
        *(Entry(key=f"C{number:08}", name="SHARED NAME PAC") for number in range(MOST_EXACT + 9))
    )
    stated = StatedName(field="organisation_name", text="Shared Name PAC", what=Stated.ORGANISATION)
    assert len(crowd.find([stated])) == MOST_EXACT


def test_a_name_cannot_hide_in_a_long_text() -> None:
    text = " ".join(["lorem"] * 200 + ["Republican", "National", "Committee"] + ["ipsum"] * 200)
    assert keys(find(text)) == ["C00003418"]
    assert find(text)[0].score >= HOLD_FROM


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Republican National Committee",
            "equals the registered name of REPUBLICAN NATIONAL COMMITTEE (id",
        ),
        (
            "Republican Natoinal Cmte",
            "is another spelling of the registered name of REPUBLICAN NATIONAL COMMITTEE (id",
        ),
        ("Hartland Patriots", 'has "hartland" for "heartland"'),
        ("Hallmark Giving Fund PAC", 'equals "HALLMARK GIVING FUND PAC", a former name of'),
        (
            "Hallmark Cards",
            "named in the register as a body connected with HALLMARK CARDS",
        ),
        ("hallpac", "listed 2014-2026"),
        ("None", "too short or too common to say who bears it"),
        ("Maria Madeup", "little more than a person's name"),
    ],
)
def test_the_evidence_is_a_sentence(text: str, said: str) -> None:
    evidence = find(text)[0].evidence
    assert said in evidence
    assert evidence.endswith(".")


@given(st.text(max_size=400), st.sampled_from(sorted(OTHERS)))
@settings(max_examples=200)
def test_any_text_gets_an_answer_and_always_the_same(text: str, field: str) -> None:
    matches = find(text, field)
    assert all(0 <= match.score <= 1 for match in matches)
    assert find(text, field) == matches


@pytest.mark.parametrize("text", ["\u202e", "\u200d", "\U0001f600", "\u0000", "\ud800", "\u20ac", "!?"])
def test_signs_that_are_no_letters_hide_no_name(text: str) -> None:
    assert keys(find(f"{text}Republican National{text} Committee {text}")) == ["C00003418"]


@pytest.mark.parametrize("text", ["a" * 10_000, "\u05d0" * 5_000, "<b>" * 3_000, "pac " * 2_500])
def test_a_very_long_text_gets_an_answer(text: str) -> None:
    assert not any(match.exact_identity for match in find(text))
