from __future__ import annotations

import pytest

from factually.independence.matching import HOLD_FROM, TELL_FROM
from factually.independence.naming.canonical import canonical_name
from factually.independence.scoring.likeness import Likeness, likeness
from factually.independence.scoring.weights import Weights

WEIGHTS = Weights(
    48_000,
    {
        "america": (3000, 3000),
        "association": (900, 900),
        "horse": (50, 50),
        "golf": (40, 40),
        "island": (30, 30),
        "rhode": (30, 30),
        "earth": (9, 9),
        "local": (300, 300),
        "for": (9000, 9000),
        "of": (9000, 9000),
        "pac": (9000, 9000),
        "pa": (300, 300),
        "jon": (40, 40),
    },
)


def like(stated: str, registered: str) -> Likeness:
    found = likeness(canonical_name(stated), canonical_name(registered), WEIGHTS, least=0)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("stated", "registered"),
    [
        ("Katy Passe", "KAITY PASSE"),
        ("Heartland Wnis PAC", "HEARTLAND WINS PAC"),
        ("Sierra County Republican Arty", "SIERRA COUNTY REPUBLICAN PARTY"),
        ("Soy Americno", "SOY AMERICANO"),
        ("Massachusetts Senate", "MASSACHUSETTS SENATE 2012"),
        ("Rhode Island Hrose Association", "RHODE ISLAND HORSE ASSOCIATION"),
        ("Ann Madeup FRO Congress", "ANN MADEUP FOR CONGRESS"),
        ("Heartland Wins PCA", "HEARTLAND WINS PAC"),
        ("Heartland Wins Teh PAC", "HEARTLAND WINS PAC"),
        ("Friend sof Ann Madeup", "FRIENDS OF ANN MADEUP"),
        ("Commite eTo Elect Rihc Madeup", "COMMITTEE TO ELECT RICH MADEUP"),
        ("Madeup Hall 12 Vitcory", "MADEUPHALL12 VICTORY"),
        ("Madupville Pipefiters", "MADEUPVILLE PIPEFITTERS"),
        ("Swmirepublcans", "SWMIREPUBLICANS"),
    ],
)
def test_a_slip_or_a_part_left_out_is_still_the_same_body(stated: str, registered: str) -> None:
    assert like(stated, registered).score >= HOLD_FROM


@pytest.mark.parametrize(
    ("stated", "registered"),
    [
        ("Rhode Island Golf Association", "RHODE ISLAND HORSE ASSOCIATION"),
        ("Friends of the Earth", "FRIENDS OF GARTH"),
        ("Engineers Local 150", "ENGINEERS LOCAL 501"),
        ("Sanford", "SANFORD 2020"),
        ("Rising Patriots", "PATRIOTS RISE"),
        ("Amplify", "AMPLIFY AMERICA"),
        ("Friends of Jon", "FRIENDS OF JOE"),
        ("Heartland Wins PA", "HEARTLAND WINS PAC"),
        ("Rothin House", "RETAIN THE HOUSE"),
        ("America Hindu Association", "AMERICA HORSE ASSOCIATION"),
        ("Centerspace", "CENTER PAC"),
        ("Engineers Loacl 150", "ENGINEERS LOCAL 151"),
    ],
)
def test_another_body_is_not_held(stated: str, registered: str) -> None:
    assert like(stated, registered).score < HOLD_FROM


@pytest.mark.parametrize(
    ("sponsor", "committee"),
    [("SeaWorld Inc", "SEAWORLD INC PAC"), ("Victory Fellowship", "VICTORY FELLOWSHIP PAC")],
)
def test_a_committee_is_related_to_the_body_it_is_named_after(sponsor: str, committee: str) -> None:
    found = like(sponsor, committee)
    assert found.score < HOLD_FROM <= found.bearer_score


def test_the_same_words_in_another_order_are_the_same_body_only_with_a_role() -> None:
    assert like("Patriots Rising", "RISING PATRIOTS").score < HOLD_FROM
    assert like("Madeup, Ann for Congress", "ANN MADEUP FOR CONGRESS").score == 1


def test_nothing_in_common_is_not_even_told() -> None:
    assert like("Made-up Bakery", "HEARTLAND WINS PAC").score < TELL_FROM


def test_a_name_that_is_too_far_is_not_judged_any_further() -> None:
    names = canonical_name("Rhode Island Golf PAC"), canonical_name("RHODE ISLAND HORSE PAC")
    near = likeness(*names, WEIGHTS, least=0)
    assert near is not None
    assert likeness(*names, WEIGHTS, least=near.bearer_score) == near
    assert likeness(*names, WEIGHTS, least=near.bearer_score + 0.01) is None
