"""Money as whole minor units of one currency; a float never holds money."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

MINOR_DIGITS: Final = {"EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3, "USD": 2}
"""Decimal places of each currency we take (ISO 4217)."""

_WITHOUT_DIGITS: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"}
    | {"PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_WITH_THREE_DIGITS: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_SYMBOLS: Final = {"EUR": "\u20ac", "GBP": "\u00a3", "JPY": "\u00a5", "USD": "$"}
_NAMES: Final = {"EUR": "euros", "GBP": "pounds", "JPY": "yen", "KWD": "Kuwaiti dinars", "USD": "dollars"}
_EXAMPLES: Final = {0: "500 or 1200", 2: "5 or 7.50", 3: "2 or 7.500"}
_LARGEST_WHOLE: Final = 9
_READINGS: Final = (
    re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<part>[0-9]+))?"),
    re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]+))?"),
    # "1.000" alone is not read as a thousand: who writes dots between thousands has decimals or millions.
    re.compile(r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+),(?P<part>[0-9]+)"),
)
"""An amount without, with commas and with dots between thousands, as it is written in different countries."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount that cannot be mixed with another currency by accident.

    Attributes:
        minor: Whole minor units (cents of a dollar, yen, fils of a dinar); may be negative in sums.
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
        """Read an amount as a person types it ("5", "5.00", "5,00", "$5", "1,000", "1.234,50").

        Raises:
            InvalidInput: Not a plain positive decimal, more decimals than the currency has, or a text that
                people of two countries read as different amounts.
        """
        digits = cls(0, currency).digits
        amounts = set(_read(text.strip().removeprefix(currency_sign(currency)).strip(), digits))
        if len(amounts) != 1:
            example = _EXAMPLES[digits]
            raise InvalidInput(f"Enter an amount in {_NAMES[currency]}, such as {example}.", field=field)
        return cls(amounts.pop(), currency)

    @property
    def digits(self) -> int:
        """Decimal places of its currency."""
        return MINOR_DIGITS[self.currency]

    def __str__(self) -> str:
        sign = "-" if self.minor < 0 else ""
        whole, point, part = decimal_text(abs(self.minor), self.currency).partition(".")
        return f"{sign}{currency_sign(self.currency)}{int(whole):,}{point}{part}"

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


def _read(text: str, digits: int) -> Iterator[int]:
    for reading in _READINGS:
        match = reading.fullmatch(text)
        if match is None:
            continue
        whole, part = re.sub("[.,]", "", match["whole"]), match["part"] or ""
        if len(whole) <= _LARGEST_WHOLE and len(part) <= digits:
            yield int(whole + part.ljust(digits, "0"))


def currency_sign(currency: str) -> str:
    """Return what stands before an amount of a currency that we take: a symbol, or its code and a blank."""
    return _SYMBOLS.get(currency, f"{currency} ")


def currency_name(currency: str) -> str:
    """Return a currency that we take in words, such as "dollars", to end a sentence on amounts."""
    return _NAMES[currency]


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
