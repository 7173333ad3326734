from __future__ import annotations

from dataclasses import replace

import pytest

from factually.donations.conversion import FIXED_RATES
from factually.donations.currencies import ACCEPTED, accepted, check_amount, check_step
from factually.foundation.errors import InvalidInput
from factually.foundation.money import MINOR_DIGITS, Money
from factually.independence.rules.ds16_identity import HARD_LIMIT_MINOR

STRIPE_LARGEST = 99_999_999


def test_each_currency_we_take_has_decimals_and_a_rate() -> None:
    assert ACCEPTED.keys() == MINOR_DIGITS.keys() == FIXED_RATES.dollars_for_one.keys()


@pytest.mark.parametrize("code", sorted(ACCEPTED))
def test_what_we_ask_for_is_within_what_stripe_and_the_policy_allow(code: str) -> None:
    currency = ACCEPTED[code]
    assert currency.smallest_minor < currency.largest_minor <= STRIPE_LARGEST
    assert FIXED_RATES.in_dollars(currency.largest).minor <= HARD_LIMIT_MINOR
    for suggested in currency.suggested:
        check_amount(Money.parse(suggested, code))
    check_amount(currency.smallest)
    check_amount(currency.largest)


def test_a_currency_whose_smallest_gift_stripe_would_refuse_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no less than 50 EUR"):
        replace(ACCEPTED["EUR"], smallest_minor=49)


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (Money(99, "USD"), r"at least \$1\.00"),
        (Money(99, "JPY"), "at least \u00a5100"),
        (Money(490, "KWD"), "at least KWD 0.500"),
        (Money(400_001, "EUR"), "up to \u20ac4,000.00"),
        (Money(1_255, "KWD"), "a multiple of KWD 0.010"),
        (Money(-5, "GBP"), "at least"),
    ],
)
def test_an_amount_we_cannot_take_is_named_in_its_own_currency(amount: Money, told: str) -> None:
    with pytest.raises(InvalidInput, match=told) as refused:
        check_amount(amount, field="other_amount")
    assert refused.value.field == "other_amount"


@pytest.mark.parametrize("code", ["usd", "CHF", "", "ZZZ"])
def test_another_currency_is_refused_by_name_of_its_field(code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        accepted(code)
    assert refused.value.field == "currency"


def test_what_goes_back_of_a_gift_is_no_finer_than_a_gift() -> None:
    check_step(Money(10, "KWD"))
    check_step(Money(1, "JPY"))
    with pytest.raises(InvalidInput, match=r"a multiple of KWD 0\.010"):
        check_step(Money(5, "KWD"))


def test_the_choice_names_code_words_and_sign_once() -> None:
    assert ACCEPTED["EUR"].choice == "EUR, euros (\u20ac)"
    assert ACCEPTED["KWD"].choice == "KWD, Kuwaiti dinars"
