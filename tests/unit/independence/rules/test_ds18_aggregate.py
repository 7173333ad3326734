from __future__ import annotations

from dataclasses import replace

import pytest

from factually.foundation.money import Money
from factually.independence.facts import GivingHistory
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds18_aggregate import YearOfGiving
from factually.independence.subjects import Stage
from tests.support.independence_factories import OWN_GIFT
from tests.support.rule_factories import case_with, shipped_rule

STRICT = shipped_rule("DS18", history_required=True)
LENIENT = shipped_rule("DS18", history_required=False)


def test_the_year_total_counts_this_gift_and_tells_linked_addresses() -> None:
    history = GivingHistory(donor_year_minor=20_000, linked_emails=3)
    finding = YearOfGiving().find(case_with(history=history), STRICT)
    assert finding.outcome is Outcome.ALLOW
    assert finding.evidence == (
        "With this gift the donor gave $205.00 this calendar year.",
        "Addresses of this donor, linked by address or card: 3.",
    )


def test_a_gift_in_another_currency_tells_what_it_counts_as_and_by_which_rates() -> None:
    gift = replace(OWN_GIFT, amount=Money(938, "USD"), given=Money(750, "EUR"))
    history = GivingHistory(donor_year_minor=20_000, rates_version="2026-11-24")
    finding = YearOfGiving().find(case_with(subject=gift, history=history), STRICT)
    assert finding.evidence[:2] == (
        "With this gift the donor gave $209.38 this calendar year.",
        "\u20ac7.50 counts as $9.38, by the rates of 2026-11-24.",
    )


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        (Stage.BEFORE_AUTHORISATION, Outcome.HOLD),
        (Stage.AFTER_AUTHORISATION, Outcome.HOLD),
        (Stage.RENEWAL, Outcome.HOLD),
        (Stage.RESCREENING, Outcome.ALLOW),
        (Stage.TRIAL, Outcome.ALLOW),
    ],
)
def test_money_that_nobody_counted_is_held_where_the_policy_requires_a_count(
    stage: Stage, outcome: Outcome
) -> None:
    case = case_with(subject=replace(OWN_GIFT, stage=stage))
    assert YearOfGiving().find(case, STRICT).outcome is outcome
    assert YearOfGiving().find(case, LENIENT).outcome is Outcome.ALLOW
