from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.donations.conversion import DOLLARS, FIXED_RATES, FixedRates
from factually.foundation.errors import InvalidInput
from factually.foundation.money import MINOR_DIGITS, Money

AMOUNTS = st.builds(
    Money, st.integers(min_value=0, max_value=99_999_999), st.sampled_from(sorted(MINOR_DIGITS))
)


def exact_cents(amount: Money) -> Fraction:
    return FIXED_RATES.dollars_for_one[amount.currency] * Fraction(amount.minor, 10**amount.digits) * 100


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        (Money(500, "USD"), 500),
        (Money(1, "EUR"), 2),
        (Money(400, "EUR"), 500),
        (Money(100, "GBP"), 145),
        (Money(1, "JPY"), 1),
        (Money(500, "JPY"), 400),
        (Money(1_250, "KWD"), 425),
        (Money(1, "KWD"), 1),
    ],
)
def test_minor_units_of_zero_two_and_three_digits_count_in_cents(amount: Money, cents: int) -> None:
    assert FIXED_RATES.in_dollars(amount) == Money(cents, DOLLARS)


@given(AMOUNTS)
def test_what_is_compared_with_a_limit_is_never_less_than_it_is_and_less_than_a_cent_more(
    amount: Money,
) -> None:
    assert 0 <= FIXED_RATES.in_dollars(amount).minor - exact_cents(amount) < 1
    assert 0 <= exact_cents(amount) - FIXED_RATES.at_least_in_dollars(amount).minor < 1


@given(st.integers(min_value=0, max_value=1_000_000), st.sampled_from(sorted(MINOR_DIGITS)))
def test_the_form_names_the_last_amount_within_a_limit(limit: int, currency: str) -> None:
    most = FIXED_RATES.most_within(Money(limit, DOLLARS), currency)
    assert FIXED_RATES.in_dollars(most).minor <= limit
    assert FIXED_RATES.in_dollars(most + Money(1, currency)).minor > limit


@given(st.integers(min_value=1, max_value=1_000_000), st.sampled_from(sorted(MINOR_DIGITS)))
def test_the_desk_names_the_first_amount_that_reaches_a_limit(limit: int, currency: str) -> None:
    least = FIXED_RATES.least_reaching(Money(limit, DOLLARS), currency)
    assert FIXED_RATES.in_dollars(least).minor >= limit
    assert FIXED_RATES.in_dollars(least - Money(1, currency)).minor < limit


def test_a_rate_is_written_in_cents_or_finer() -> None:
    written = [FIXED_RATES.written(currency) for currency in ("EUR", "JPY", "KWD", "USD")]
    assert written == ["$1.25", "$0.008", "$3.40", "$1.00"]


def test_without_a_rate_nothing_is_guessed() -> None:
    rates = FixedRates(version="2026-01-01", source="", dollars_for_one={"USD": Fraction(1)})
    for compare in (rates.in_dollars, rates.at_least_in_dollars):
        with pytest.raises(InvalidInput) as refused:
            compare(Money(500, "EUR"))
        assert refused.value.field == "currency"
