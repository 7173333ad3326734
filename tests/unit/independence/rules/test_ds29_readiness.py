from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds29_readiness import ScreeningReadiness
from tests.support.independence_factories import FACTS, NOW, OWN_GIFT, REGISTER, case_of
from tests.support.rule_factories import shipped_rule

if TYPE_CHECKING:
    from factually.foundation.canonical import JsonValue
    from factually.independence.facts import Facts

POLICY = shipped_rule("DS29")
EIGHT_DAYS_AGO = NOW - timedelta(days=8)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (FACTS, Outcome.ALLOW),
        (replace(FACTS, registers=(replace(REGISTER, retrieved_at=EIGHT_DAYS_AGO),)), Outcome.ALLOW),
        (
            replace(
                FACTS, registers=(replace(REGISTER, retrieved_at=EIGHT_DAYS_AGO - timedelta(seconds=1)),)
            ),
            Outcome.HOLD,
        ),
        (replace(FACTS, registers=()), Outcome.HOLD),
        (replace(FACTS, registers=(replace(REGISTER, kind="uk_parties"),)), Outcome.HOLD),
        (replace(FACTS, failure="Disconnected."), Outcome.HOLD),
    ],
)
def test_an_old_or_missing_register_holds(facts: Facts, outcome: Outcome) -> None:
    finding = ScreeningReadiness().find(case_of(OWN_GIFT, facts=facts), POLICY)
    assert finding.outcome is outcome


def test_both_dates_of_a_register_are_told() -> None:
    finding = ScreeningReadiness().find(case_of(OWN_GIFT), POLICY)
    assert finding.evidence == ("fec_committees: as of 2026-01-30, fetched 2026-11-24.",)


@pytest.mark.parametrize(
    ("kind", "days", "outcome"),
    [
        ("uk_parties", 45, Outcome.ALLOW),
        ("uk_parties", 46, Outcome.HOLD),
        ("irs_8871", 15, Outcome.ALLOW),
        ("irs_8871", 16, Outcome.HOLD),
        ("political_email_domains", 4_000, Outcome.ALLOW),
    ],
)
def test_a_register_that_may_be_left_out_must_be_fresh_once_it_is_loaded(
    kind: str, days: int, outcome: Outcome
) -> None:
    other = replace(REGISTER, kind=kind, retrieved_at=NOW - timedelta(days=days))
    facts = replace(FACTS, registers=(REGISTER, other))
    finding = ScreeningReadiness().find(case_of(OWN_GIFT, facts=facts), POLICY)
    assert finding.outcome is outcome
    assert (outcome is Outcome.ALLOW) or kind in " ".join(finding.evidence)


def test_a_policy_that_named_no_limits_of_single_registers_is_run_as_it_was() -> None:
    former = replace(
        POLICY, parameters={"registers": ["fec_committees", "uk_parties"], "max_days_since_retrieval": 8}
    )
    old = replace(REGISTER, kind="uk_parties", retrieved_at=NOW - timedelta(days=9))
    facts = replace(FACTS, registers=(REGISTER, old))
    assert ScreeningReadiness().find(case_of(OWN_GIFT, facts=facts), former).outcome is Outcome.HOLD


@pytest.mark.parametrize("limits", [{"uk_parties": 0}, {"uk_parties": "8"}, {"": 8}, [8], None, {"x": True}])
def test_limits_of_registers_are_days(limits: JsonValue) -> None:
    wrong = replace(POLICY, parameters={**POLICY.parameters, "max_days_by_register": limits})
    with pytest.raises(InvalidInput, match="max_days_by_register must be names with whole numbers of days"):
        ScreeningReadiness().check(wrong)
