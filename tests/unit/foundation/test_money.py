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


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("5.50", "EUR", 550),
        ("5,50", "EUR", 550),
        ("\u20ac 5,5", "EUR", 550),
        ("1.234,50", "EUR", 123_450),
        ("1,234.50", "EUR", 123_450),
        ("\u00a31,000", "GBP", 100_000),
        ("500", "JPY", 500),
        ("\u00a51,200", "JPY", 1_200),
        ("1.250", "KWD", 1_250),
        ("KWD 1.25", "KWD", 1_250),
        ("1,2", "KWD", 1_200),
        ("1,234.500", "KWD", 1_234_500),
    ],
)
def test_each_currency_is_read_with_its_own_decimals(typed: str, currency: str, minor: int) -> None:
    assert Money.parse(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "such_as"),
    [
        ("5.001", "EUR", "in euros, such as 5 or 7.50"),
        ("1.000", "EUR", "in euros"),
        ("500.00", "JPY", "in yen, such as 500 or 1200"),
        ("1.000", "JPY", "in yen"),
        ("1,250", "KWD", "in Kuwaiti dinars, such as 2 or 7.500"),
        ("$5", "GBP", "in pounds"),
        ("1,23,456", "USD", "in dollars"),
        ("1.234.50", "EUR", "in euros"),
        ("999,999,999,999", "USD", "in dollars"),
    ],
)
def test_what_could_mean_two_amounts_is_asked_again(typed: str, currency: str, such_as: str) -> None:
    with pytest.raises(InvalidInput, match=such_as):
        Money.parse(typed, currency)


@pytest.mark.parametrize("typed", ["", "five", "-5", "5.001", "1e3", "NaN", "5 5", "\u0665", "9" * 10, "5."])
def test_anything_else_is_refused_by_name_of_its_field(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Money.parse(typed, "USD", field="gift")
    assert refusal.value.field == "gift"


@given(st.integers(min_value=0, max_value=99_999_999), st.sampled_from(sorted(MINOR_DIGITS)))
def test_what_is_printed_is_read_back_as_the_same_money(minor: int, currency: str) -> None:
    assert Money.parse(str(Money(minor, currency)), currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(123_456, "EUR"), "\u20ac1,234.56"),
        (Money(30, "GBP"), "\u00a30.30"),
        (Money(1_200, "JPY"), "\u00a51,200"),
        (Money(1_250, "KWD"), "KWD 1.250"),
    ],
)
def test_money_is_printed_with_the_sign_and_the_digits_of_its_currency(money: Money, text: str) -> None:
    assert str(money) == text


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


def test_two_currencies_do_not_add_up() -> None:
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
