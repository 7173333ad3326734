from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.matching import Match, MatchKind, Relation, Stated
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds14_person import PersonsName
from factually.independence.subjects import PaymentFacts, ScreeningSubject
from tests.support.independence_factories import OWN_GIFT, case_of, organisation_gift
from tests.support.rule_factories import case_with, match_in, shipped_rule

POLICY = shipped_rule("DS14")


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        (OWN_GIFT, Outcome.ALLOW),
        (replace(OWN_GIFT, donor_name="None"), Outcome.ALLOW),
        (replace(OWN_GIFT, donor_name="Maria Madeup"), Outcome.ALLOW),
        (replace(OWN_GIFT, donor_name="Republican National Committee"), Outcome.HOLD),
        (replace(OWN_GIFT, true_donor_name="Republican National Committee"), Outcome.HOLD),
        (replace(OWN_GIFT, payment=PaymentFacts(billing_name="ACTBLUE")), Outcome.HOLD),
        (organisation_gift("Republican National Committee"), Outcome.ALLOW),
        (replace(OWN_GIFT, donor_name="C00003418"), Outcome.ALLOW),
    ],
)
def test_a_person_is_held_at_most(subject: ScreeningSubject, outcome: Outcome) -> None:
    assert PersonsName().find(case_of(subject), POLICY).outcome is outcome


@pytest.mark.parametrize(
    ("match", "outcome", "reason"),
    [
        (match_in("fec_committees", Stated.PERSON), Outcome.HOLD, "name"),
        (match_in("irs_8871", Stated.PERSON), Outcome.HOLD, "name"),
        (match_in("party_facts", Stated.PERSON), Outcome.HOLD, "name"),
        (match_in("fec_committees", Stated.PERSON, score=0.74), Outcome.ALLOW, "clear"),
        (match_in("fec_committees", Stated.PERSON, relation=Relation.NAMESAKE), Outcome.ALLOW, "clear"),
        (match_in("fec_committees", Stated.PERSON, relation=Relation.RELATED), Outcome.ALLOW, "clear"),
        (match_in("fec_committees", Stated.PERSON, filer=True), Outcome.ALLOW, "clear"),
        (match_in("us_lobbying", Stated.PERSON), Outcome.ALLOW, "clear"),
        (match_in("irs_eo_bmf", Stated.PERSON), Outcome.ALLOW, "clear"),
        (match_in("fec_committees", Stated.EMPLOYER), Outcome.HOLD, "employer"),
        (match_in("fec_committees", Stated.EMPLOYER, kind=MatchKind.ID), Outcome.HOLD, "employer"),
        (match_in("fec_committees", Stated.EMPLOYER, relation=Relation.RELATED), Outcome.ALLOW, "clear"),
        (match_in("us_lobbying", Stated.EMPLOYER), Outcome.ALLOW, "clear"),
        (
            match_in("political_email_domains", Stated.EMAIL_DOMAIN, kind=MatchKind.DOMAIN),
            Outcome.HOLD,
            "email_domain",
        ),
        (
            match_in("fec_committees", Stated.EMAIL_DOMAIN, kind=MatchKind.DOMAIN),
            Outcome.HOLD,
            "email_domain",
        ),
        (
            match_in("us_lobbying", Stated.EMAIL_DOMAIN, kind=MatchKind.DOMAIN),
            Outcome.ALLOW,
            "clear",
        ),
    ],
)
def test_what_points_to_a_political_group_holds_and_what_is_weaker_is_told(
    match: Match, outcome: Outcome, reason: str
) -> None:
    finding = PersonsName().find(case_with(match), POLICY)
    assert (finding.outcome, finding.reason_text) == (outcome, POLICY.reasons[reason])


def test_a_policy_may_let_employers_and_domains_pass() -> None:
    policy = shipped_rule("DS14", employer="allow", email_domain="allow")
    PersonsName().check(policy)
    for what in (Stated.EMPLOYER, Stated.EMAIL_DOMAIN):
        assert (
            PersonsName().find(case_with(match_in("fec_committees", what)), policy).outcome is Outcome.ALLOW
        )
