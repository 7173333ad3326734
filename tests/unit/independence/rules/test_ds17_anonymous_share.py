from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.facts import GivingHistory
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds17_anonymous_share import AnonymousShare
from factually.independence.subjects import OrganisationType, Stage
from tests.support.independence_factories import OWN_GIFT, organisation_gift
from tests.support.rule_factories import case_with, shipped_rule

POLICY = shipped_rule("DS17")
UNNAMED = replace(OWN_GIFT, anonymous=True)
REVENUE = 2_000_000 - 500
HIGH = GivingHistory(anonymous_year_minor=300_001 - 500, revenue_year_minor=REVENUE)


@pytest.mark.parametrize(
    ("history", "outcome", "reason"),
    [
        (GivingHistory(), Outcome.ALLOW, "below"),
        (
            GivingHistory(anonymous_year_minor=100_000 - 500, revenue_year_minor=REVENUE),
            Outcome.ALLOW,
            "below",
        ),
        (
            GivingHistory(anonymous_year_minor=100_001 - 500, revenue_year_minor=REVENUE),
            Outcome.ALLOW,
            "amber",
        ),
        (
            GivingHistory(anonymous_year_minor=300_000 - 500, revenue_year_minor=REVENUE),
            Outcome.ALLOW,
            "amber",
        ),
        (HIGH, Outcome.REFUSE, "stopped"),
        (
            GivingHistory(anonymous_year_minor=999_999 - 500, revenue_year_minor=999_999 - 500),
            Outcome.ALLOW,
            "below",
        ),
        (None, Outcome.ALLOW, "below"),
    ],
)
def test_amber_from_five_percent_and_stop_above_fifteen(
    history: GivingHistory | None, outcome: Outcome, reason: str
) -> None:
    finding = AnonymousShare().find(case_with(subject=UNNAMED, history=history), POLICY)
    assert (finding.outcome, finding.reason_text) == (outcome, POLICY.reasons[reason])


def test_who_may_be_named_is_not_concerned() -> None:
    assert AnonymousShare().find(case_with(history=HIGH), POLICY).outcome is Outcome.ALLOW


def test_a_gift_that_runs_already_is_not_new() -> None:
    renewal = replace(UNNAMED, stage=Stage.RENEWAL)
    finding = AnonymousShare().find(case_with(subject=renewal, history=HIGH), POLICY)
    assert (finding.outcome, finding.reason_text) == (Outcome.ALLOW, POLICY.reasons["amber"])


def test_a_fund_whose_adviser_is_unnamed_counts_as_unnamed() -> None:
    fund = replace(organisation_gift("Made-up Fund"), organisation_type=OrganisationType.DONOR_ADVISED_FUND)
    rule = AnonymousShare()
    assert rule.find(case_with(subject=fund, history=HIGH), POLICY).outcome is Outcome.REFUSE
    named = replace(fund, true_donor_name="Ada Reader")
    assert rule.find(case_with(subject=named, history=HIGH), POLICY).outcome is Outcome.ALLOW


def test_a_policy_may_hold_instead_of_stopping() -> None:
    finding = AnonymousShare().find(
        case_with(subject=UNNAMED, history=HIGH), shipped_rule("DS17", outcome="hold")
    )
    assert finding.outcome is Outcome.HOLD
