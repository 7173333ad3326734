"""The rules that differ in little but their register: DS09, DS10, DS11 and DS12."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.matching import Match, MatchKind, Relation, Stated
from factually.independence.outcomes import Outcome
from factually.independence.rules.catalogue import RULES
from factually.independence.rules.register_rule import MOST_EVIDENCE
from tests.support.independence_factories import FACTS
from tests.support.rule_factories import case_with, match_in, shipped_rule


@pytest.mark.parametrize(
    ("rule_id", "match", "outcome"),
    [
        ("DS09", match_in("us_lobbying"), Outcome.HOLD),
        ("DS09", match_in("us_lobbying", kind=MatchKind.ID), Outcome.HOLD),
        ("DS09", match_in("us_lobbying", Stated.PERSON), Outcome.ALLOW),
        ("DS10", match_in("us_fara"), Outcome.HOLD),
        ("DS10", match_in("us_fara", principal="government"), Outcome.HOLD),
        ("DS10", match_in("us_fara", kind=MatchKind.ID), Outcome.HOLD),
        ("DS10", match_in("us_fara", kind=MatchKind.ID, principal="government"), Outcome.REFUSE),
        ("DS10", match_in("us_fara", kind=MatchKind.ID, principal="party"), Outcome.REFUSE),
        ("DS11", match_in("eu_transparency"), Outcome.HOLD),
        ("DS11", match_in("eu_transparency", Stated.PERSON), Outcome.ALLOW),
        ("DS12", match_in("uk_parties"), Outcome.HOLD),
        ("DS12", match_in("ca_parties"), Outcome.HOLD),
        ("DS12", match_in("party_facts"), Outcome.HOLD),
        ("DS12", match_in("uk_parties", kind=MatchKind.ID), Outcome.REFUSE),
        ("DS12", match_in("au_aec_entities", role="party"), Outcome.HOLD),
        ("DS12", match_in("au_aec_entities", kind=MatchKind.ID, role="party"), Outcome.REFUSE),
        ("DS12", match_in("au_aec_entities", kind=MatchKind.ID, role="associated_entity"), Outcome.HOLD),
        ("DS12", match_in("au_aec_entities", role="third_party", filer=True), Outcome.ALLOW),
        ("DS12", match_in("uk_parties", relation=Relation.RELATED), Outcome.ALLOW),
        ("DS12", match_in("uk_parties", score=0.7), Outcome.ALLOW),
        ("DS12", match_in("uk_parties", Stated.EMPLOYER), Outcome.ALLOW),
        ("DS12", match_in("us_fara"), Outcome.ALLOW),
    ],
)
def test_each_register_answers_as_its_source_says(rule_id: str, match: Match, outcome: Outcome) -> None:
    finding = RULES[rule_id].find(case_with(match), shipped_rule(rule_id))
    assert finding.outcome is outcome


def test_a_match_that_holds_nothing_is_told_all_the_same() -> None:
    weak = match_in("us_lobbying", score=0.6)
    finding = RULES["DS09"].find(case_with(weak), shipped_rule("DS09"))
    assert finding.evidence == (weak.evidence,)
    assert (finding.register, finding.score) == (weak.row, weak.score)


def test_what_decided_is_told_before_what_did_not() -> None:
    strong = replace(match_in("us_lobbying"), evidence="The one that decides.")
    weak = [match_in("us_lobbying", score=0.6)] * MOST_EVIDENCE
    finding = RULES["DS09"].find(case_with(*weak, strong), shipped_rule("DS09"))
    assert finding.evidence[0] == "The one that decides."
    assert finding.evidence[-1] == "1 more matches are not told here."


def test_a_screening_that_failed_is_left_to_readiness() -> None:
    failed = replace(FACTS, failure="Disconnected.")
    for rule_id in ("DS04", "DS05", "DS06", "DS09", "DS10", "DS11", "DS12", "DS13"):
        policy = shipped_rule(rule_id)
        finding = RULES[rule_id].find(case_with(facts=failed), policy)
        assert (finding.outcome, finding.reason_text) == (Outcome.ALLOW, policy.reasons["not_read"])
