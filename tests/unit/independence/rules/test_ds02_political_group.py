from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.outcomes import Outcome
from factually.independence.rules.ds02_political_group import StatedPoliticalGroup
from tests.support.independence_factories import OWN_GIFT, case_of
from tests.support.rule_factories import shipped_rule

POLICY = shipped_rule("DS02")


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (False, Outcome.ALLOW, "denied"),
        (True, Outcome.REFUSE, "stated"),
        (None, Outcome.HOLD, "not_asked"),
    ],
)
def test_a_political_group_is_refused_on_its_own_word(
    *, answer: bool | None, outcome: Outcome, reason: str
) -> None:
    finding = StatedPoliticalGroup().find(case_of(replace(OWN_GIFT, political_group=answer)), POLICY)
    assert (finding.outcome, finding.reason_text) == (outcome, POLICY.reasons[reason])
