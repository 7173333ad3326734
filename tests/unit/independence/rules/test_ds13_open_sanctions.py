from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factually.independence.matching import MatchKind, Relation, Stated
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds13_open_sanctions import MarkedEntity
from tests.support.rule_factories import case_with, match_in, shipped_rule

if TYPE_CHECKING:
    from factually.foundation.canonical import JsonValue

POLICY = shipped_rule("DS13")
LIST = "open_sanctions"


@pytest.mark.parametrize(
    ("topics", "by_name", "by_id"),
    [
        ("pol.party", Outcome.HOLD, Outcome.REFUSE),
        ("sanction", Outcome.HOLD, Outcome.REFUSE),
        ("role.rca; sanction", Outcome.HOLD, Outcome.REFUSE),
        (["debarment", "sanction"], Outcome.HOLD, Outcome.REFUSE),
        ("role.pol", Outcome.HOLD, Outcome.HOLD),
        ("role.pep", Outcome.HOLD, Outcome.HOLD),
        ("gov.national", Outcome.HOLD, Outcome.HOLD),
        ("pol.union", Outcome.HOLD, Outcome.HOLD),
        ("role.rca", Outcome.ALLOW, Outcome.ALLOW),
        ("", Outcome.ALLOW, Outcome.ALLOW),
        (None, Outcome.ALLOW, Outcome.ALLOW),
    ],
)
def test_the_topics_decide(topics: JsonValue, by_name: Outcome, by_id: Outcome) -> None:
    rule = MarkedEntity()
    assert rule.find(case_with(match_in(LIST, topics=topics)), POLICY).outcome is by_name
    assert rule.find(case_with(match_in(LIST, kind=MatchKind.ID, topics=topics)), POLICY).outcome is by_id


def test_a_person_is_held_at_most() -> None:
    rule = MarkedEntity()
    for match in (
        match_in(LIST, Stated.PERSON, kind=MatchKind.ID, topics="sanction"),
        match_in(LIST, kind=MatchKind.ID, topics="sanction", schema="Person"),
        match_in(LIST, Stated.PERSON, topics="role.pol"),
    ):
        assert rule.find(case_with(match), POLICY).outcome is Outcome.HOLD


def test_a_namesake_and_an_employer_hold_nobody() -> None:
    rule = MarkedEntity()
    for match in (
        match_in(LIST, Stated.PERSON, topics="role.pol", relation=Relation.NAMESAKE),
        match_in(LIST, Stated.EMPLOYER, topics="gov.national"),
    ):
        assert rule.find(case_with(match), POLICY).outcome is Outcome.ALLOW
