from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.outcomes import Outcome
from factually.independence.rules.ds14_person import PersonsName
from factually.independence.subjects import PaymentFacts, ScreeningSubject
from tests.support.independence_factories import OWN_GIFT, case_of, organisation_gift, shipped_policy

POLICY = shipped_policy().rules[3]


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        (OWN_GIFT, Outcome.ALLOW),
        (replace(OWN_GIFT, donor_name="None"), Outcome.ALLOW),
        (replace(OWN_GIFT, donor_name="Maria Madeup"), Outcome.HOLD),
        (replace(OWN_GIFT, donor_name="Republican National Committee"), Outcome.HOLD),
        (replace(OWN_GIFT, true_donor_name="Republican National Committee"), Outcome.HOLD),
        (replace(OWN_GIFT, payment=PaymentFacts(billing_name="ACTBLUE")), Outcome.HOLD),
        (organisation_gift("Republican National Committee"), Outcome.ALLOW),
        (replace(OWN_GIFT, donor_name="C00003418"), Outcome.ALLOW),
    ],
)
def test_a_person_is_held_at_most(subject: ScreeningSubject, outcome: Outcome) -> None:
    assert PersonsName().find(case_of(subject), POLICY).outcome is outcome
