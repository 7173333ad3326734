from __future__ import annotations

import pytest

from factually.independence.matching import Match, MatchKind, Stated
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds05_designation import DesignatedCommittee
from tests.support.rule_factories import case_with, match_in, shipped_rule

POLICY = shipped_rule("DS05")
FEC = "fec_committees"


@pytest.mark.parametrize("designation", ["D", "B", "J", "P", "A"])
def test_a_designated_committee_is_refused_by_id_and_held_by_name(designation: str) -> None:
    by_id = case_with(match_in(FEC, Stated.PERSON, kind=MatchKind.ID, designation=designation))
    by_name = case_with(match_in(FEC, designation=designation))
    assert DesignatedCommittee().find(by_id, POLICY).outcome is Outcome.REFUSE
    assert DesignatedCommittee().find(by_name, POLICY).outcome is Outcome.HOLD


@pytest.mark.parametrize(
    "match",
    [
        match_in(FEC, designation="U"),
        match_in(FEC),
        match_in(FEC, designation="B", filer=True),
        match_in(FEC, Stated.PERSON, designation="P"),
    ],
)
def test_other_committees_are_left_to_other_rules(match: Match) -> None:
    assert DesignatedCommittee().find(case_with(match), POLICY).outcome is Outcome.ALLOW


def test_the_designation_is_told_in_words() -> None:
    finding = DesignatedCommittee().find(case_with(match_in(FEC, designation="D")), POLICY)
    assert finding.evidence[0].endswith("The FEC lists it as a leadership PAC.")
