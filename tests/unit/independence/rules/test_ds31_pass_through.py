from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.outcomes import Outcome
from factually.independence.rules.ds31_pass_through import PassThrough
from factually.independence.subjects import OrganisationType
from tests.support.independence_factories import case_of, organisation_gift
from tests.support.rule_factories import shipped_rule

POLICY = shipped_rule("DS31")


@pytest.mark.parametrize(
    ("kind", "adviser", "outcome", "reason"),
    [
        (None, None, Outcome.ALLOW, "direct"),
        (OrganisationType.COMPANY, None, Outcome.ALLOW, "direct"),
        (OrganisationType.DONOR_ADVISED_FUND, None, Outcome.HOLD, "unnamed"),
        (OrganisationType.FISCAL_SPONSOR, " ", Outcome.HOLD, "unnamed"),
        (OrganisationType.GIVING_PLATFORM, None, Outcome.HOLD, "unnamed"),
        (OrganisationType.DONOR_ADVISED_FUND, "Ada Reader", Outcome.ALLOW, "named"),
    ],
)
def test_a_fund_names_who_stands_behind_it(
    kind: OrganisationType | None, adviser: str | None, outcome: Outcome, reason: str
) -> None:
    subject = replace(organisation_gift("Made-up Fund"), organisation_type=kind, true_donor_name=adviser)
    finding = PassThrough().find(case_of(subject), POLICY)
    assert (finding.outcome, finding.reason_text) == (outcome, POLICY.reasons[reason])


def test_a_policy_may_take_it_as_anonymous() -> None:
    subject = replace(
        organisation_gift("Made-up Fund"), organisation_type=OrganisationType.DONOR_ADVISED_FUND
    )
    finding = PassThrough().find(case_of(subject), shipped_rule("DS31", adviser_unnamed="allow"))
    assert finding.outcome is Outcome.ALLOW
