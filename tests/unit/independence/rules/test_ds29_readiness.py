from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.independence.outcomes import Outcome
from factually.independence.rules.ds29_readiness import ScreeningReadiness
from tests.support.independence_factories import FACTS, NOW, OWN_GIFT, REGISTER, case_of
from tests.support.rule_factories import shipped_rule

if TYPE_CHECKING:
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
