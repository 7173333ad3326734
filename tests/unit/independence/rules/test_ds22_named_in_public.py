from __future__ import annotations

from dataclasses import replace

import pytest

from factually.foundation.money import Money
from factually.independence.facts import GivingHistory
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds22_named_in_public import NamedInPublic
from tests.support.independence_factories import OWN_GIFT
from tests.support.rule_factories import case_with, shipped_rule

POLICY = shipped_rule("DS22")


@pytest.mark.parametrize(
    ("anonymous", "before", "outcome", "reason"),
    [
        (True, 99_500, Outcome.ALLOW, "below"),
        (True, 99_501, Outcome.REFUSE, "wants_anonymity"),
        (False, 99_501, Outcome.ALLOW, "named"),
    ],
)
def test_above_the_line_nobody_stays_unnamed(
    *, anonymous: bool, before: int, outcome: Outcome, reason: str
) -> None:
    subject = replace(OWN_GIFT, anonymous=anonymous)
    case = case_with(subject=subject, history=GivingHistory(donor_year_minor=before))
    finding = NamedInPublic().find(case, POLICY)
    assert (finding.outcome, finding.reason_text) == (outcome, POLICY.reasons[reason])


def test_one_large_gift_is_above_the_line_by_itself() -> None:
    subject = replace(OWN_GIFT, anonymous=True, amount=Money(100_001, "USD"))
    assert NamedInPublic().find(case_with(subject=subject), POLICY).outcome is Outcome.REFUSE
