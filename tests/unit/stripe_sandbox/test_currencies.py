import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.stripe_sandbox.currencies import CURRENCIES, check_amount, exchange_rate, settled, written
from factually.stripe_sandbox.errors import ApiError


@pytest.mark.parametrize(
    ("amount", "currency", "cents"),
    [
        (500, "usd", 500),
        (500, "eur", 580),
        (500, "gbp", 655),
        (500, "jpy", 320),
        (1250, "kwd", 406),
        (-500, "eur", -580),
        (53, "eur", 61),
    ],
)
def test_every_currency_settles_in_cents_by_its_minor_units(amount: int, currency: str, cents: int) -> None:
    assert settled(amount, currency) == cents


@given(st.integers(0, 99_999_999), st.sampled_from(sorted(CURRENCIES)))
def test_what_goes_back_is_what_came(amount: int, currency: str) -> None:
    assert settled(amount, currency) + settled(-amount, currency) == 0


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "usd", "amount_too_small"),
        (49, "eur", "amount_too_small"),
        (29, "gbp", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (150, "kwd", "amount_too_small"),
        (1001, "kwd", "parameter_invalid_integer"),
        (100_000_000, "jpy", "amount_too_large"),
        (500, "xxx", None),
    ],
)
def test_an_amount_that_stripe_refuses_is_refused(amount: int, currency: str, code: str | None) -> None:
    with pytest.raises(ApiError) as refused:
        check_amount(amount, currency)

    assert refused.value.code == code


@pytest.mark.parametrize("currency", sorted(CURRENCIES))
def test_the_least_amount_of_each_currency_is_good(currency: str) -> None:
    check_amount(CURRENCIES[currency].least, currency)


def test_a_caller_may_ask_for_less() -> None:
    check_amount(0, "usd", least=0)


def test_only_what_is_converted_has_a_rate() -> None:
    assert (exchange_rate("usd"), exchange_rate("gbp")) == (None, 1.31)


def test_amounts_are_written_with_the_decimals_of_their_currency() -> None:
    assert [written(1250, "usd"), written(500, "jpy"), written(1250, "kwd")] == [
        "USD 12.50",
        "JPY 500",
        "KWD 1.250",
    ]
