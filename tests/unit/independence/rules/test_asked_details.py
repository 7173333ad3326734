"""What is asked of whom: DS19, DS20 and DS21 together, since they share their limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from factually.foundation.money import Money
from factually.independence.facts import GivingHistory
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds19_name_and_address import NameAndAddress
from factually.independence.rules.ds20_occupation import OccupationAndEmployer
from factually.independence.rules.ds21_missing_data import MissingDetails
from factually.independence.subjects import Capacity, ScreeningSubject, Stage
from tests.support.independence_factories import NOW, OWN_GIFT
from tests.support.rule_factories import ADDRESS, case_with, shipped_rule

SIXTY = replace(OWN_GIFT, amount=Money(6_000, "USD"))
WHOLE = replace(OWN_GIFT, address=ADDRESS, occupation="Baker", employer="Made-up Bakery")
LARGE = GivingHistory(donor_year_minor=19_501)


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        (replace(OWN_GIFT, amount=Money(5_000, "USD")), "not_needed"),
        (replace(OWN_GIFT, amount=Money(5_001, "USD")), "missing"),
        (replace(SIXTY, address=ADDRESS), "given"),
        (replace(SIXTY, address=replace(ADDRESS, region="", postal_code="", country="BS")), "given"),
        (replace(SIXTY, capacity=Capacity.ORGANISATION, address=ADDRESS), "missing"),
    ],
)
def test_name_and_address_are_asked_above_fifty_dollars(subject: ScreeningSubject, reason: str) -> None:
    policy = shipped_rule("DS19")
    finding = NameAndAddress().find(case_with(subject=subject, history=LARGE), policy)
    assert (finding.outcome, finding.reason_text) == (Outcome.ALLOW, policy.reasons[reason])


def test_a_policy_may_hold_for_a_missing_address() -> None:
    policy = shipped_rule("DS19", missing="hold")
    assert NameAndAddress().find(case_with(subject=SIXTY), policy).outcome is Outcome.HOLD


@pytest.mark.parametrize(
    ("subject", "history", "outcome", "reason"),
    [
        (OWN_GIFT, GivingHistory(donor_year_minor=19_500), Outcome.ALLOW, "not_needed"),
        (OWN_GIFT, None, Outcome.ALLOW, "not_needed"),
        (OWN_GIFT, LARGE, Outcome.HOLD, "missing"),
        (replace(OWN_GIFT, amount=Money(20_001, "USD")), None, Outcome.HOLD, "missing"),
        (WHOLE, LARGE, Outcome.ALLOW, "given"),
        (replace(WHOLE, employer=" "), LARGE, Outcome.HOLD, "missing"),
        (replace(WHOLE, address=None), LARGE, Outcome.HOLD, "missing"),
        (replace(OWN_GIFT, stage=Stage.RENEWAL), LARGE, Outcome.ALLOW, "asked_by_mail"),
        (
            replace(
                OWN_GIFT, capacity=Capacity.ORGANISATION, organisation_name="Made-up Bakery", address=ADDRESS
            ),
            LARGE,
            Outcome.ALLOW,
            "given",
        ),
    ],
)
def test_work_is_asked_above_two_hundred_dollars_a_year(
    subject: ScreeningSubject, history: GivingHistory | None, outcome: Outcome, reason: str
) -> None:
    policy = shipped_rule("DS20")
    finding = OccupationAndEmployer().find(case_with(subject=subject, history=history), policy)
    assert (finding.outcome, finding.reason_text) == (outcome, policy.reasons[reason])


@pytest.mark.parametrize(
    ("subject", "history", "outcome", "reason"),
    [
        (OWN_GIFT, GivingHistory(first_asked_at=NOW - timedelta(days=99)), Outcome.ALLOW, "complete"),
        (SIXTY, None, Outcome.ALLOW, "waiting"),
        (SIXTY, GivingHistory(), Outcome.ALLOW, "waiting"),
        (SIXTY, GivingHistory(first_asked_at=NOW - timedelta(days=30)), Outcome.ALLOW, "waiting"),
        (SIXTY, GivingHistory(first_asked_at=NOW - timedelta(days=30, seconds=1)), Outcome.HOLD, "overdue"),
        (
            replace(SIXTY, address=ADDRESS),
            GivingHistory(first_asked_at=NOW - timedelta(days=99)),
            Outcome.ALLOW,
            "complete",
        ),
        (
            replace(OWN_GIFT, stage=Stage.RENEWAL),
            replace(LARGE, first_asked_at=NOW - timedelta(days=31)),
            Outcome.HOLD,
            "overdue",
        ),
        (WHOLE, replace(LARGE, first_asked_at=NOW - timedelta(days=31)), Outcome.ALLOW, "complete"),
    ],
)
def test_after_thirty_days_the_next_gift_is_held(
    subject: ScreeningSubject, history: GivingHistory | None, outcome: Outcome, reason: str
) -> None:
    policy = shipped_rule("DS21")
    finding = MissingDetails().find(case_with(subject=subject, history=history), policy)
    assert (finding.outcome, finding.reason_text) == (outcome, policy.reasons[reason])
