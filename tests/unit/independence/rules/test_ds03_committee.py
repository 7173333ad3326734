from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.matching import Match, MatchKind, Relation, Stated
from factually.independence.outcomes import Outcome
from factually.independence.registers.entries import Entry
from factually.independence.rules.ds03_committee import EXACT_NAME, RegisteredCommittee
from factually.independence.rules.register_rule import MOST_EVIDENCE
from factually.independence.subjects import Capacity, ScreeningSubject
from tests.support.independence_factories import FACTS, OWN_GIFT, case_of, organisation_gift
from tests.support.rule_factories import case_with, match_in, shipped_rule

POLICY = shipped_rule("DS03")
RULE = RegisteredCommittee()


@pytest.mark.parametrize(
    ("subject", "outcome", "reason"),
    [
        (organisation_gift("Made-up Bakery"), Outcome.ALLOW, "clear"),
        (organisation_gift("None"), Outcome.ALLOW, "clear"),
        (organisation_gift("C00401224"), Outcome.REFUSE, "id"),
        (replace(OWN_GIFT, donor_name="C00401224"), Outcome.REFUSE, "id"),
        (organisation_gift("C99999999"), Outcome.HOLD, "unknown_id"),
        (organisation_gift("Republican National Committee"), Outcome.REFUSE, "exact_name"),
        (organisation_gift("ActBlue"), Outcome.HOLD, "name"),
        (organisation_gift("Donald J. Trump for President 2024"), Outcome.HOLD, "name"),
        (organisation_gift("We the People Committee"), Outcome.HOLD, "name"),
        (organisation_gift("Hallmark Cards"), Outcome.ALLOW, "clear"),
        (replace(OWN_GIFT, donor_name="ActBlue"), Outcome.ALLOW, "clear"),
    ],
)
def test_an_id_refuses_and_a_name_holds(subject: ScreeningSubject, outcome: Outcome, reason: str) -> None:
    finding = RULE.find(case_of(subject), POLICY)
    assert (finding.outcome, finding.reason_text) == (outcome, POLICY.reasons[reason])


@pytest.mark.parametrize(
    ("match", "outcome"),
    [
        (match_in("fec_committees", relation=Relation.NAMESAKE), Outcome.HOLD),
        (match_in("fec_committees", relation=Relation.RELATED), Outcome.ALLOW),
        (match_in("fec_committees", score=0.75), Outcome.HOLD),
        (match_in("fec_committees", score=0.74), Outcome.ALLOW),
        (match_in("fec_committees", filer=True), Outcome.ALLOW),
        (match_in("fec_committees", filer=True, kind=MatchKind.ID), Outcome.ALLOW),
        (match_in("fec_committees", Stated.EMPLOYER, kind=MatchKind.ID), Outcome.ALLOW),
        (match_in("uk_parties"), Outcome.ALLOW),
    ],
)
def test_what_is_no_committee_or_only_related_is_allowed(match: Match, outcome: Outcome) -> None:
    assert RULE.find(case_with(match), POLICY).outcome is outcome


def test_a_committee_named_beside_another_giver_is_held_and_not_refused() -> None:
    subject = replace(organisation_gift("Republican National Committee"), capacity=Capacity.SOMEONE_ELSE)
    assert RULE.find(case_of(subject), POLICY).outcome is Outcome.HOLD


def test_a_site_may_hold_the_exact_name_too() -> None:
    policy = replace(POLICY, parameters={EXACT_NAME.name: "hold"})
    RULE.check(policy)
    finding = RULE.find(case_of(organisation_gift("Republican National Committee")), policy)
    assert finding.outcome is Outcome.HOLD


def test_the_strictest_match_gives_the_row_and_every_match_is_told() -> None:
    finding = RULE.find(case_of(organisation_gift("ActBlue (C00003418)")), POLICY)
    assert finding.register is not None
    assert finding.register.key == "C00003418"
    assert len(finding.evidence) == 2


def test_what_was_searched_is_told_where_nothing_was_found() -> None:
    finding = RULE.find(case_of(organisation_gift("Made-up Bakery")), POLICY)
    assert finding.evidence == ("Searched 9 rows of fec_committees as of 2026-01-30: no such name.",)


def test_a_register_that_could_not_be_read_is_not_called_clear() -> None:
    subject = organisation_gift("Made-up Bakery")
    finding = RULE.find(case_of(subject, facts=replace(FACTS, failure="Disconnected.")), POLICY)
    assert finding.reason_text == POLICY.reasons["not_read"]


def test_a_name_that_very_many_share_is_told_in_part() -> None:
    shared = [Entry(key=f"C{number:08}", name="SHARED NAME PAC") for number in range(MOST_EVIDENCE + 3)]
    case = case_of(organisation_gift("Shared Name PAC"), entries=shared)
    finding = RULE.find(case, POLICY)
    assert len(finding.evidence) == MOST_EVIDENCE + 1
    assert finding.evidence[-1].startswith("3 more")
