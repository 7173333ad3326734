from __future__ import annotations

from dataclasses import replace

import pytest

from factually.donations.asking import asked_limits, missing_details
from factually.foundation.money import Money
from factually.independence.facts import Facts, GivingHistory
from factually.independence.policy import parse_policy
from factually.independence.subjects import Capacity, ScreeningSubject
from tests.support.donation_factories import WHOLE_ADDRESS
from tests.support.independence_factories import FACTS, OWN_GIFT, shipped_policy
from tests.support.rule_factories import draft_policy, earlier_policy

WORK = ("occupation", "employer")
STRICTER = draft_policy(
    DS19={"identity_above_minor": 1_000},
    DS20={"work_above_year_minor": 2_000},
    DS21={"identity_above_minor": 1_000, "work_above_year_minor": 2_000},
    DS22={"named_above_year_minor": 3_000},
    DS31={"adviser_unnamed": "allow"},
)


def gift_of(minor: int) -> ScreeningSubject:
    return replace(OWN_GIFT, amount=Money(minor, "USD"))


def given_before(minor: int) -> Facts:
    return replace(FACTS, history=GivingHistory(donor_year_minor=minor))


@pytest.mark.parametrize(
    ("minor", "year_so_far", "missing"),
    [
        (500, 0, ()),
        (5_000, 0, ()),
        (5_001, 0, ("postal address",)),
        (20_000, 0, ("postal address",)),
        (20_001, 0, ("postal address", *WORK)),
        (500, 19_500, ()),
        (500, 19_501, ("postal address", *WORK)),
    ],
)
def test_a_reader_is_asked_more_only_above_the_limits(
    minor: int, year_so_far: int, missing: tuple[str, ...]
) -> None:
    assert missing_details(gift_of(minor), given_before(year_so_far), shipped_policy()) == missing


def test_what_was_given_is_not_missing() -> None:
    gift = replace(gift_of(30_000), address=WHOLE_ADDRESS, employer="A Press")
    assert missing_details(gift, FACTS, shipped_policy()) == ("occupation",)


@pytest.mark.parametrize("capacity", [Capacity.ORGANISATION, Capacity.SOMEONE_ELSE])
def test_work_is_asked_of_those_who_give_their_own_money(capacity: Capacity) -> None:
    gift = replace(
        gift_of(30_000), capacity=capacity, organisation_name="A Bakery", true_donor_name="Bo Baker"
    )
    assert missing_details(gift, FACTS, shipped_policy()) == ("postal address",)


def test_the_limits_are_those_of_the_policy() -> None:
    assert missing_details(gift_of(1_001), FACTS, STRICTER) == ("postal address",)
    limits = asked_limits(STRICTER, shipped=shipped_policy())
    assert (limits.address_above, limits.work_above) == (Money(1_000, "USD"), Money(2_000, "USD"))
    assert limits.published_above == Money(3_000, "USD")
    in_yen = limits.in_currency("JPY")
    assert (in_yen.address_above, in_yen.work_above) == (Money(1_250, "JPY"), Money(2_500, "JPY"))
    assert (in_yen.published_above, in_yen.fund_waits) == (Money(3_750, "JPY"), limits.fund_waits)
    assert (limits.fund_waits, asked_limits(shipped_policy(), shipped=STRICTER).fund_waits) == (False, True)


def test_a_policy_older_than_the_rules_that_ask_misses_nothing_and_shows_the_shipped_limits() -> None:
    earlier = parse_policy(earlier_policy())
    assert missing_details(gift_of(100_000), FACTS, earlier) == ()
    shipped = shipped_policy()
    assert asked_limits(earlier, shipped=shipped) == asked_limits(shipped, shipped=shipped)
