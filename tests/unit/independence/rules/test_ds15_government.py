from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.outcomes import Outcome
from factually.independence.rules.ds15_government import GovernmentMoney
from factually.independence.subjects import OrganisationType
from tests.support.independence_factories import case_of, organisation_gift
from tests.support.rule_factories import shipped_rule


@pytest.mark.parametrize("kind", [None, *OrganisationType])
def test_only_a_government_body_is_held(kind: OrganisationType | None) -> None:
    subject = replace(organisation_gift("Made-up Body"), organisation_type=kind)
    finding = GovernmentMoney().find(case_of(subject), shipped_rule("DS15"))
    held = kind is OrganisationType.GOVERNMENT
    assert finding.outcome is (Outcome.HOLD if held else Outcome.ALLOW)


def test_a_policy_may_refuse_it() -> None:
    policy = shipped_rule("DS15", outcome="refuse")
    GovernmentMoney().check(policy)
    subject = replace(organisation_gift("Made-up City"), organisation_type=OrganisationType.GOVERNMENT)
    assert GovernmentMoney().find(case_of(subject), policy).outcome is Outcome.REFUSE
