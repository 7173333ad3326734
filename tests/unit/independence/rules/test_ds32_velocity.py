from __future__ import annotations

import pytest

from factually.independence.facts import GivingHistory
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds32_velocity import Velocity
from tests.support.rule_factories import case_with, shipped_rule


@pytest.mark.parametrize(
    ("history", "outcome", "told"),
    [
        (None, Outcome.ALLOW, "Nobody counted this donor's other gifts; rule DS18 answers for that."),
        (GivingHistory(), Outcome.ALLOW, "With this one the donor gave 1 gift within 24 hours."),
        (
            GivingHistory(donor_gifts_today=9),
            Outcome.ALLOW,
            "With this one the donor gave 10 gifts within 24 hours.",
        ),
        (
            GivingHistory(donor_gifts_today=10),
            Outcome.HOLD,
            "With this one the donor gave 11 gifts within 24 hours.",
        ),
    ],
)
def test_the_eleventh_gift_of_a_day_is_held(
    history: GivingHistory | None, outcome: Outcome, told: str
) -> None:
    finding = Velocity().find(case_with(history=history), shipped_rule("DS32"))
    assert (finding.outcome, finding.evidence) == (outcome, (told,))
