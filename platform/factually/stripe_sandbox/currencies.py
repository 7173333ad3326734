"""Currencies: their minor units, least amounts, and what they are worth in the account's own currency.

Decimals and least amounts: https://docs.stripe.com/currencies. The rates are this sandbox's own and never
change, so that a test can say what a gift in another currency brings.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from factually.stripe_sandbox.errors import ApiError

SETTLEMENT: Final = "usd"
"""The currency of the account's balance; everything else is converted into it."""
_MOST: Final = 99_999_999


@dataclass(frozen=True)
class Currency:
    """One currency: dollars for one unit, least amount (minor units), decimals, and the step of amounts."""

    rate: Decimal
    least: int
    decimals: int = 2
    step: int = 1


CURRENCIES: Final = {
    "aud": Currency(Decimal("0.65"), 50),
    "cad": Currency(Decimal("0.71"), 50),
    "chf": Currency(Decimal("1.25"), 50),
    "dkk": Currency(Decimal("0.155"), 250),
    "eur": Currency(Decimal("1.16"), 50),
    "gbp": Currency(Decimal("1.31"), 30),
    "jpy": Currency(Decimal("0.0064"), 50, decimals=0),
    # Banks know no single fils: Stripe wants the last of the three digits to be 0.
    "kwd": Currency(Decimal("3.25"), 160, decimals=3, step=10),
    "nok": Currency(Decimal("0.099"), 300),
    "nzd": Currency(Decimal("0.57"), 50),
    "pln": Currency(Decimal("0.273"), 200),
    "sek": Currency(Decimal("0.105"), 300),
    "sgd": Currency(Decimal("0.77"), 50),
    "usd": Currency(Decimal(1), 50),
}


def check_amount(amount: int, currency: str, *, least: int | None = None) -> None:
    """Check an amount in minor units; `least` replaces the currency's own least amount.

    Raises:
        ApiError: an unknown currency, `amount_too_small`, `amount_too_large`, or a fils too fine for KWD.
    """
    known = CURRENCIES.get(currency)
    if known is None:
        raise ApiError(
            f"Invalid currency: {currency}. This sandbox covers these currencies: {', '.join(CURRENCIES)}",
            param="currency",
        )
    wanted = known.least if least is None else least
    if amount < wanted:
        raise ApiError(
            f"Amount must be at least {wanted} in the smallest unit of {currency}.",
            code="amount_too_small",
            param="amount",
        )
    if amount > _MOST:
        raise ApiError(f"Amount must be no more than {_MOST}.", code="amount_too_large", param="amount")
    check_step(amount, currency, "amount")


def check_step(amount: int, currency: str, param: str) -> None:
    """Check that banks know an amount this fine.

    Raises:
        ApiError: it has a digit too many.
    """
    step = CURRENCIES[currency].step
    if amount % step:
        raise ApiError(
            f"Invalid amount: amounts in {currency} must be divisible by {step}.",
            code="parameter_invalid_integer",
            param=param,
        )


def settled(amount: int, currency: str) -> int:
    """Convert minor units into cents of the account's balance, rounded half away from zero."""
    known = CURRENCIES[currency]
    exact = Decimal(amount).scaleb(2 - known.decimals) * known.rate
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def exchange_rate(currency: str) -> float | None:
    """Give `balance_transaction.exchange_rate`, dollars for one unit; None where nothing is converted."""
    return None if currency == SETTLEMENT else float(CURRENCIES[currency].rate)


def written(amount: int, currency: str) -> str:
    """Write minor units with their currency, for people: `JPY 500`, `KWD 1.250`."""
    return f"{currency.upper()} {Decimal(amount).scaleb(-CURRENCIES[currency].decimals):f}"
