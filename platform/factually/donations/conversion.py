"""What an amount in another currency counts as in dollars, wherever a rule or a limit is in dollars.

Pure. The rates are the publisher's own, fixed by a version and above what markets paid when it was set: they
compare amounts with limits and nothing else. What a gift brings in the end is Stripe's word, in the books.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import InvalidInput
from factually.foundation.money import MINOR_DIGITS, Money

if TYPE_CHECKING:
    from collections.abc import Mapping

DOLLARS: Final = "USD"
"""The currency of the policy's limits."""


@dataclass(frozen=True, kw_only=True)
class FixedRates:
    """Dollars for one unit of each currency, under a version that each screening records.

    Attributes:
        version: Day from which they count; other rates are another version.
        source: Where they come from, in a sentence for readers.
        dollars_for_one: Rates by currency.
    """

    version: str
    source: str
    dollars_for_one: Mapping[str, Fraction]

    def written(self, currency: str) -> str:
        """Write what one unit of a currency counts as, in cents or finer."""
        rate = self.dollars_for_one[currency]
        dollars = (Decimal(rate.numerator) / rate.denominator).normalize()
        return f"${dollars:.2f}" if dollars == round(dollars, 2) else f"${dollars:f}"

    def in_dollars(self, amount: Money) -> Money:
        """Return what an amount counts as against a limit: rounded up, so that it is never less.

        Raises:
            InvalidInput: There is no rate; nothing is guessed.
        """
        return Money(ceil(amount.minor * self._cents_for_minor(amount.currency)), DOLLARS)

    def at_least_in_dollars(self, amount: Money) -> Money:
        """Return what an amount counts as where more of it would help a donor: rounded down.

        Raises:
            InvalidInput: There is no rate; nothing is guessed.
        """
        return Money(floor(amount.minor * self._cents_for_minor(amount.currency)), DOLLARS)

    def most_within(self, limit: Money, currency: str) -> Money:
        """Return the largest amount of a currency that does not count as more than a limit in dollars."""
        return Money(floor(limit.minor / self._cents_for_minor(currency)), currency)

    def least_reaching(self, limit: Money, currency: str) -> Money:
        """Return the smallest amount of a currency that counts as no less than a limit in dollars.

        Raises:
            InvalidInput: There is no rate; nothing is guessed.
        """
        return self.most_within(limit - Money(1, DOLLARS), currency) + Money(1, currency)

    def _cents_for_minor(self, currency: str) -> Fraction:
        rate = self.dollars_for_one.get(currency)
        if rate is None:
            raise InvalidInput("We can't take this currency.", field="currency")
        return rate * Fraction(10) ** (MINOR_DIGITS[DOLLARS] - MINOR_DIGITS[currency])


FIXED_RATES: Final = FixedRates(
    version="2026-11-24",
    source="We set them, deliberately high. They are no market rates; no money is exchanged at them.",
    dollars_for_one={
        "EUR": Fraction("1.25"),
        "GBP": Fraction("1.45"),
        "JPY": Fraction("0.008"),
        "KWD": Fraction("3.40"),
        "USD": Fraction(1),
    },
)
