from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.outcomes import Outcome
from factually.independence.rules.ds01_capacity import StatedCapacity
from factually.independence.subjects import Capacity, ScreeningSubject
from tests.support.independence_factories import OWN_GIFT, case_of
from tests.support.rule_factories import shipped_rule

POLICY = shipped_rule("DS01")
FOR_SOMEONE = replace(OWN_GIFT, capacity=Capacity.SOMEONE_ELSE)
FOR_BAKERY = replace(OWN_GIFT, capacity=Capacity.ORGANISATION)


@pytest.mark.parametrize(
    ("subject", "outcome", "reason"),
    [
        (OWN_GIFT, Outcome.ALLOW, "stated"),
        (replace(OWN_GIFT, capacity=None), Outcome.REFUSE, "missing"),
        (FOR_BAKERY, Outcome.HOLD, "organisation_unnamed"),
        (replace(FOR_BAKERY, organisation_name=" "), Outcome.HOLD, "organisation_unnamed"),
        (replace(FOR_BAKERY, organisation_name="Made-up Bakery"), Outcome.ALLOW, "stated"),
        (FOR_SOMEONE, Outcome.HOLD, "true_donor_unnamed"),
        (replace(FOR_SOMEONE, true_donor_name="Tom True"), Outcome.ALLOW, "stated"),
    ],
)
def test_the_donor_says_whose_money_it_is(subject: ScreeningSubject, outcome: Outcome, reason: str) -> None:
    finding = StatedCapacity().find(case_of(subject), POLICY)
    assert (finding.outcome, finding.reason_text) == (outcome, POLICY.reasons[reason])
