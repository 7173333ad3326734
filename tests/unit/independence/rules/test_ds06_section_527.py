from __future__ import annotations

import pytest

from factually.independence.matching import Match, MatchKind, Relation, Stated
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds06_section_527 import PoliticalOrganisation
from tests.support.rule_factories import case_with, loaded, match_in, shipped_rule

POLICY = shipped_rule("DS06")
IRS = "irs_8871"
RELATED = ["Other Body", "MADE-UP BODY, INC. (Connected)"]


@pytest.mark.parametrize(
    ("match", "outcome", "reason"),
    [
        (match_in(IRS, Stated.EIN, kind=MatchKind.EIN), Outcome.REFUSE, "ein"),
        (match_in(IRS), Outcome.HOLD, "name"),
        (match_in(IRS, kind=MatchKind.FORMER_NAME, score=0.8), Outcome.HOLD, "name"),
        (match_in(IRS, relation=Relation.RELATED, score=0.7, related=RELATED), Outcome.HOLD, "related"),
        (match_in(IRS, relation=Relation.RELATED, score=0.7, related=["Other Body"]), Outcome.ALLOW, "clear"),
        (match_in(IRS, relation=Relation.RELATED, score=0.7), Outcome.ALLOW, "clear"),
        (match_in(IRS, score=0.74), Outcome.ALLOW, "clear"),
        (match_in(IRS, relation=Relation.GENERIC), Outcome.ALLOW, "clear"),
    ],
)
def test_an_ein_refuses_and_a_name_or_a_related_body_holds(
    match: Match, outcome: Outcome, reason: str
) -> None:
    finding = PoliticalOrganisation().find(case_with(match), POLICY)
    assert (finding.outcome, finding.reason_text) == (outcome, POLICY.reasons[reason])


def test_a_policy_may_let_related_bodies_pass() -> None:
    policy = shipped_rule("DS06", related_entity="allow")
    finding = PoliticalOrganisation().find(
        case_with(match_in(IRS, relation=Relation.RELATED, related=RELATED)), policy
    )
    assert finding.outcome is Outcome.ALLOW


def test_a_register_that_is_not_loaded_is_named_and_holds_nothing() -> None:
    finding = PoliticalOrganisation().find(case_with(), POLICY)
    assert finding.outcome is Outcome.ALLOW
    assert finding.reason_text == POLICY.reasons["not_read"]
    assert finding.evidence == ("Register irs_8871 is not loaded.",)


def test_a_register_that_was_searched_is_named_with_its_size() -> None:
    finding = PoliticalOrganisation().find(case_with(facts=loaded(IRS)), POLICY)
    assert finding.reason_text == POLICY.reasons["clear"]
    assert finding.evidence == ("Searched 9 rows of irs_8871 as of 2026-01-30: no such name or EIN.",)
