"""Money as whole minor units of one currency; a float never holds money."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from factually.foundation.errors import InvalidInput

MINOR_DIGITS: Final = {"USD": 2}
"""Decimal places of each currency we take (ISO 4217)."""

_WITHOUT_DIGITS: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"}
    | {"PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_WITH_THREE_DIGITS: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_SYMBOLS: Final = {"USD": "$"}
_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,9})(?:\.(?P<part>[0-9]+))?")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount that cannot be mixed with another currency by accident.

    Attributes:
        minor: Whole minor units (cents of a dollar); may be negative in sums.
        currency: ISO 4217 code in capitals.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("money counts whole minor units")
        if self.currency not in MINOR_DIGITS:
            raise InvalidInput("We can't take this currency.", field="currency")

    @classmethod
    def parse(cls, text: str, currency: str, *, field: str = "amount") -> Money:
        """Read an amount as a person types it ("5", "5.00", "$5").

        Raises:
            InvalidInput: Not a plain positive decimal, or more decimals than the currency has.
        """
        zero = cls(0, currency)
        digits = MINOR_DIGITS[currency]
        match = _AMOUNT.fullmatch(text.strip().removeprefix(_SYMBOLS[currency]).replace(",", ""))
        part = (match["part"] or "") if match else ""
        if match is None or len(part) > digits:
            raise InvalidInput("Enter an amount in dollars, such as 5 or 7.50.", field=field)
        return cls(int(match["whole"] + part.ljust(digits, "0")), zero.currency)

    def __str__(self) -> str:
        digits = MINOR_DIGITS[self.currency]
        whole, part = divmod(abs(self.minor), 10**digits)
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{_SYMBOLS[self.currency]}{whole:,}.{part:0{digits}d}"

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other).minor

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise TypeError(f"{self.currency} and {other.currency} don't add up")
        return other


def minor_digits(currency: str) -> int:
    """Say how many decimal places Stripe counts a currency in, also one that we only get and don't take.

    Source: docs.stripe.com/currencies, which counts ISK and UGX in hundredths although ISO 4217 does not.
    """
    if currency in _WITHOUT_DIGITS:
        return 0
    return 3 if currency in _WITH_THREE_DIGITS else 2


def decimal_text(minor: int, currency: str) -> str:
    """Write minor units as a plain decimal for machines: no symbol, no grouping, all its digits."""
    digits = minor_digits(currency)
    whole, part = divmod(abs(minor), 10**digits)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{part:0{digits}d}" if digits else f"{sign}{whole}"
