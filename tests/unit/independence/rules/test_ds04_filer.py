from __future__ import annotations

import pytest

from factually.independence.matching import Match, MatchKind, Relation, Stated
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds04_filer import FilingOrganisation
from tests.support.rule_factories import case_with, match_in, shipped_rule

POLICY = shipped_rule("DS04")
FEC = "fec_committees"


@pytest.mark.parametrize(
    ("match", "outcome"),
    [
        (match_in(FEC, filer=True), Outcome.HOLD),
        (match_in(FEC, filer=True, kind=MatchKind.ID), Outcome.HOLD),
        (match_in(FEC, filer=True, score=0.94), Outcome.ALLOW),
        (match_in(FEC, filer=True, relation=Relation.GENERIC), Outcome.ALLOW),
        (match_in(FEC, Stated.PERSON, filer=True), Outcome.ALLOW),
        (match_in(FEC, Stated.EMPLOYER, filer=True), Outcome.ALLOW),
        (match_in(FEC), Outcome.ALLOW),
    ],
)
def test_an_organisation_that_files_is_held_and_a_person_is_not(match: Match, outcome: Outcome) -> None:
    finding = FilingOrganisation().find(case_with(match), POLICY)
    assert finding.outcome is outcome
    reason = "name" if outcome is Outcome.HOLD else "clear"
    assert finding.reason_text == POLICY.reasons[reason]


def test_a_policy_may_let_filers_pass() -> None:
    policy = shipped_rule("DS04", outcome="allow")
    FilingOrganisation().check(policy)
    finding = FilingOrganisation().find(case_with(match_in(FEC, filer=True)), policy)
    assert finding.outcome is Outcome.ALLOW
    assert finding.evidence == ("Made-up Body is like row 42 of fec_committees.",)
