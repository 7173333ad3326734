from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.foundation.errors import InvalidInput
from factually.foundation.money import MINOR_DIGITS, Money, decimal_text, minor_digits


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("5", 500), ("$5", 500), (" 7.50 ", 750), ("7.5", 750), ("1,000", 100_000), ("0.05", 5)],
)
def test_an_amount_is_read_as_people_type_it(typed: str, minor: int) -> None:
    assert Money.parse(typed, "USD") == Money(minor, "USD")


@pytest.mark.parametrize("typed", ["", "five", "-5", "5.001", "1e3", "NaN", "5 5", "\u0665", "9" * 10, "5."])
def test_anything_else_is_refused_by_name_of_its_field(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Money.parse(typed, "USD", field="gift")
    assert refusal.value.field == "gift"


@given(st.integers(min_value=0, max_value=99_999_999))
def test_what_is_printed_is_read_back_as_the_same_money(minor: int) -> None:
    assert Money.parse(str(Money(minor, "USD")), "USD") == Money(minor, "USD")


def test_a_negative_sum_is_printed_with_its_sign() -> None:
    assert str(Money(500, "USD") - Money(1234, "USD")) == "-$7.34"


def test_sums_and_comparisons_keep_the_currency() -> None:
    assert Money(500, "USD") + Money(1, "USD") == Money(501, "USD")
    assert Money(500, "USD") < Money(501, "USD")
    assert Money(500, "USD") <= Money(500, "USD")


def test_a_float_is_no_money() -> None:
    with pytest.raises(TypeError):
        Money(5.0, "USD")  # type: ignore[arg-type]  # the wrong type is what is tested


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        Money(500, "ZZZ")
    assert refusal.value.field == "currency"


def test_two_currencies_do_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MINOR_DIGITS, "EUR", 2)
    with pytest.raises(TypeError):
        Money(500, "USD") + Money(500, "EUR")


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (500, "USD", "5.00"),
        (-5, "USD", "-0.05"),
        (0, "EUR", "0.00"),
        (1_234_567, "GBP", "12345.67"),
        (500, "JPY", "500"),
        (-500, "JPY", "-500"),
        (1_250, "KWD", "1.250"),
        (-7, "KWD", "-0.007"),
        (100, "ISK", "1.00"),
    ],
)
def test_a_plain_decimal_has_all_digits_of_its_currency(minor: int, currency: str, text: str) -> None:
    assert decimal_text(minor, currency) == text


def test_the_currencies_we_take_have_the_digits_that_stripe_counts_them_in() -> None:
    assert {currency: minor_digits(currency) for currency in MINOR_DIGITS} == MINOR_DIGITS
