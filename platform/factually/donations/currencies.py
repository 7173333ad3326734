"""The currencies that the donation form offers: suggested amounts, limits, and what a card costs about.

Pure. Decimal places are `foundation.money`'s; least amounts and steps are those of
docs.stripe.com/currencies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factually.donations.conversion import DOLLARS
from factually.foundation.errors import InvalidInput
from factually.foundation.money import Money, currency_name, currency_sign

FEES_VERSION: Final = "2026-11"
"""Of the fee estimates below; a form that showed others is not taken."""


@dataclass(frozen=True, kw_only=True)
class CardFee:
    """What a card payment costs us about: hundredths of a percent of the whole, and a fixed part.

    An estimate from Stripe's price list for accounts in the USA; outside dollars it has the surcharges for a
    card of another country and for the exchange. What was kept in the end is in the books.
    """

    basis_points: int
    fixed_minor: int


@dataclass(frozen=True, kw_only=True)
class AcceptedCurrency:
    """One currency with all that the form says of it; amounts are minor units.

    Attributes:
        code: ISO 4217.
        suggested: Whole amounts to choose from, the first one chosen already.
        stripe_least_minor: Stripe refuses less; where its list has no line, what its 50 cents come to.
        smallest_minor: We ask for more than that, so that the card's fee does not eat the gift.
        largest_minor: Counts as no more than a year's limit (rule DS16; `conversion`).
        step_minor: Amounts are multiples of it: banks know no single fils.
        fee: What a card costs about.

    Raises:
        ValueError: We would ask for a gift that Stripe refuses.
    """

    code: str
    suggested: tuple[str, ...]
    stripe_least_minor: int
    smallest_minor: int
    largest_minor: int
    step_minor: int = 1
    fee: CardFee

    def __post_init__(self) -> None:
        if self.smallest_minor < self.stripe_least_minor:
            raise ValueError(f"Stripe takes no less than {self.stripe_least_minor} {self.code}")

    @property
    def smallest(self) -> Money:
        """The smallest gift we take."""
        return Money(self.smallest_minor, self.code)

    @property
    def largest(self) -> Money:
        """The largest charge of one gift, a covered fee counted."""
        return Money(self.largest_minor, self.code)

    @property
    def choice(self) -> str:
        """Its line among the currencies to choose from."""
        sign = currency_sign(self.code).strip()
        name = currency_name(self.code)
        return f"{self.code}, {name}" if sign == self.code else f"{self.code}, {name} ({sign})"


_ABROAD: Final = 540
"""2.9 %, and surcharges of 1.5 % for a card of another country and 1 % for the exchange."""

ACCEPTED: Final = {
    currency.code: currency
    for currency in (
        AcceptedCurrency(
            code=DOLLARS,
            suggested=("5", "10", "25"),
            stripe_least_minor=50,
            smallest_minor=1_00,
            largest_minor=5_000_00,
            fee=CardFee(basis_points=290, fixed_minor=30),
        ),
        AcceptedCurrency(
            code="EUR",
            suggested=("5", "10", "25"),
            stripe_least_minor=50,
            smallest_minor=1_00,
            largest_minor=4_000_00,
            fee=CardFee(basis_points=_ABROAD, fixed_minor=30),
        ),
        AcceptedCurrency(
            code="GBP",
            suggested=("5", "10", "20"),
            stripe_least_minor=30,
            smallest_minor=1_00,
            largest_minor=3_400_00,
            fee=CardFee(basis_points=_ABROAD, fixed_minor=25),
        ),
        AcceptedCurrency(
            code="JPY",
            suggested=("500", "1000", "3000"),
            stripe_least_minor=50,
            smallest_minor=100,
            largest_minor=600_000,
            fee=CardFee(basis_points=_ABROAD, fixed_minor=50),
        ),
        AcceptedCurrency(
            code="KWD",
            suggested=("2", "5", "10"),
            stripe_least_minor=160,
            smallest_minor=500,
            largest_minor=1_400_000,
            step_minor=10,
            fee=CardFee(basis_points=_ABROAD, fixed_minor=100),
        ),
    )
}
"""By code, in the order of the form."""


def accepted(code: str, *, field: str = "currency") -> AcceptedCurrency:
    """Return a currency by its code.

    Raises:
        InvalidInput: We don't take it.
    """
    try:
        return ACCEPTED[code]
    except KeyError as error:
        raise InvalidInput("We can't take this currency. Choose another one.", field=field) from error


def check_amount(amount: Money, *, field: str = "amount") -> None:
    """Check that an amount is one that we ask for and Stripe takes.

    Raises:
        InvalidInput: Too small, too large, or too fine for its currency.
    """
    currency = accepted(amount.currency)
    if amount < currency.smallest:
        raise InvalidInput(f"Enter an amount of at least {currency.smallest}.", field=field)
    if amount > currency.largest:
        raise InvalidInput(
            f"We can take up to {currency.largest} here. For a larger gift, please write to us first.",
            field=field,
        )
    check_step(amount, field=field)


def check_step(amount: Money, *, field: str = "amount") -> None:
    """Check that banks can move an amount, be it a gift or what goes back of one.

    Raises:
        InvalidInput: It is too fine for its currency.
    """
    step = Money(accepted(amount.currency).step_minor, amount.currency)
    if amount.minor % step.minor:
        raise InvalidInput(f"Enter a multiple of {step}: banks know nothing smaller.", field=field)
