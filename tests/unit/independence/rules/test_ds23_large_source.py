from __future__ import annotations

import pytest

from factually.independence.facts import GivingHistory
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds23_large_source import LargeSource
from tests.support.rule_factories import case_with, shipped_rule

POLICY = shipped_rule("DS23")
LARGE = GivingHistory(donor_year_minor=49_501, revenue_last_year_minor=1_000_000)


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        (None, "no_basis"),
        (GivingHistory(donor_year_minor=400_000, revenue_last_year_minor=999_999), "no_basis"),
        (GivingHistory(donor_year_minor=49_500, revenue_last_year_minor=1_000_000), "within"),
        (LARGE, "large"),
    ],
)
def test_more_than_five_percent_of_last_year_raises_the_alarm(
    history: GivingHistory | None, reason: str
) -> None:
    finding = LargeSource().find(case_with(history=history), POLICY)
    assert (finding.outcome, finding.reason_text) == (Outcome.ALLOW, POLICY.reasons[reason])
    assert ("Alarm: that is more than 5 % of it." in finding.evidence) == (reason == "large")


def test_a_policy_may_hold_such_a_gift() -> None:
    finding = LargeSource().find(case_with(history=LARGE), shipped_rule("DS23", outcome="hold"))
    assert finding.outcome is Outcome.HOLD
