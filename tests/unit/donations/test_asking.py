from __future__ import annotations

from dataclasses import replace

import pytest

from factually.donations.asking import missing_details
from factually.foundation.money import Money
from factually.independence.subjects import Capacity
from tests.support.donation_factories import WHOLE_ADDRESS
from tests.support.independence_factories import OWN_GIFT

WORK = ("occupation", "employer")


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
    gift = replace(OWN_GIFT, amount=Money(minor, "USD"))
    assert missing_details(gift, year_so_far=Money(year_so_far, "USD")) == missing


def test_what_was_given_is_not_missing() -> None:
    gift = replace(OWN_GIFT, amount=Money(30_000, "USD"), address=WHOLE_ADDRESS, employer="A Press")
    assert missing_details(gift, year_so_far=Money(0, "USD")) == ("occupation",)


@pytest.mark.parametrize("capacity", [Capacity.ORGANISATION, Capacity.SOMEONE_ELSE])
def test_work_is_asked_of_those_who_give_their_own_money(capacity: Capacity) -> None:
    gift = replace(OWN_GIFT, amount=Money(30_000, "USD"), capacity=capacity)
    assert missing_details(gift, year_so_far=Money(0, "USD")) == ("postal address",)
