from __future__ import annotations

from dataclasses import replace

import pytest

from factually.foundation.money import Money
from factually.independence.facts import GivingHistory
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds16_identity import AscertainableIdentity
from factually.independence.subjects import Capacity, PostalAddress
from tests.support.independence_factories import OWN_GIFT
from tests.support.rule_factories import ADDRESS, case_with, shipped_rule

POLICY = shipped_rule("DS16")


@pytest.mark.parametrize(
    ("minor", "before", "address", "outcome", "reason"),
    [
        (500, 0, None, Outcome.ALLOW, "within"),
        (100_000, 0, None, Outcome.ALLOW, "within"),
        (100_001, 0, None, Outcome.REFUSE, "unidentified"),
        (500, 99_501, None, Outcome.REFUSE, "unidentified"),
        (500, 99_501, ADDRESS, Outcome.ALLOW, "within"),
        (500_000, 0, ADDRESS, Outcome.ALLOW, "within"),
        (500, 499_501, ADDRESS, Outcome.REFUSE, "above_limit"),
        (500, 499_501, None, Outcome.REFUSE, "above_limit"),
    ],
)
def test_the_year_is_limited_and_more_so_without_an_identity(
    minor: int, before: int, address: PostalAddress | None, outcome: Outcome, reason: str
) -> None:
    subject = replace(OWN_GIFT, amount=Money(minor, "USD"), address=address)
    case = case_with(subject=subject, history=GivingHistory(donor_year_minor=before))
    finding = AscertainableIdentity().find(case, POLICY)
    assert (finding.outcome, finding.reason_text) == (outcome, POLICY.reasons[reason])


def test_where_nobody_counted_the_gift_alone_is_compared_and_that_is_said() -> None:
    subject = replace(OWN_GIFT, amount=Money(100_001, "USD"))
    finding = AscertainableIdentity().find(case_with(subject=subject), POLICY)
    assert finding.outcome is Outcome.REFUSE
    assert "Nobody counted this donor's other gifts" in finding.evidence[1]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"donor_name": " "}, "name"),
        ({"capacity": Capacity.ORGANISATION}, "name"),
        ({"capacity": Capacity.SOMEONE_ELSE}, "name"),
        ({"capacity": None, "donor_name": ""}, "name"),
        ({"address": replace(ADDRESS, city=" ")}, "postal address"),
        ({"capacity": Capacity.ORGANISATION, "address": None}, "name and postal address"),
    ],
)
def test_the_identity_is_of_the_one_whose_money_it_is(changes: dict[str, object], missing: str) -> None:
    subject = replace(OWN_GIFT, amount=Money(200_000, "USD"), address=ADDRESS)
    finding = AscertainableIdentity().find(case_with(subject=replace(subject, **changes)), POLICY)  # type: ignore[arg-type]  # a mapping of fields has one type for all
    assert finding.evidence[-1] == f"Without {missing} the limit is $1,000.00."
