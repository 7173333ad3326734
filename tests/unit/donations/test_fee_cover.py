from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.donations.currencies import ACCEPTED
from factually.donations.fee_cover import fee_cover
from factually.foundation.money import Money

MEANT = st.sampled_from(sorted(ACCEPTED)).flatmap(
    lambda code: st.builds(
        Money,
        st.integers(1, ACCEPTED[code].largest_minor // ACCEPTED[code].step_minor).map(
            lambda steps: steps * ACCEPTED[code].step_minor
        ),
        st.just(code),
    )
)


def left_of(charged: int, code: str) -> int:
    """What is left of a charge after the estimated fee, in ten-thousandths of a minor unit."""
    fee = ACCEPTED[code].fee
    return charged * (10_000 - fee.basis_points) - fee.fixed_minor * 10_000


@pytest.mark.parametrize(
    ("meant", "cover"),
    [
        (Money(500, "USD"), Money(46, "USD")),
        (Money(1_000, "USD"), Money(61, "USD")),
        (Money(500, "EUR"), Money(61, "EUR")),
        (Money(500, "JPY"), Money(82, "JPY")),
        (Money(2_000, "KWD"), Money(220, "KWD")),
    ],
)
def test_the_cover_is_what_the_form_says(meant: Money, cover: Money) -> None:
    assert fee_cover(meant) == cover


@given(MEANT)
def test_a_covered_gift_arrives_whole_and_asks_for_no_step_more(meant: Money) -> None:
    step = ACCEPTED[meant.currency].step_minor
    charged = meant.minor + fee_cover(meant).minor
    assert charged % step == 0
    assert left_of(charged, meant.currency) >= meant.minor * 10_000
    assert left_of(charged - step, meant.currency) < meant.minor * 10_000
