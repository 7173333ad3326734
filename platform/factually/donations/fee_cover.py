"""What a donor may add so that the gift they mean arrives whole after the card's fee.

Pure. It is an estimate and said to be one; integers only, rounded up.
"""

from __future__ import annotations

from typing import Final

from factually.donations.currencies import accepted
from factually.foundation.money import Money

_WHOLE: Final = 10_000
"""Hundredths of a percent."""


def fee_cover(meant: Money) -> Money:
    """Return what is to be added to an amount.

    The fee is taken of the sum, so the sum is what leaves `meant` after a share of itself and a fixed part:
    (meant + fixed) / (1 - share), rounded up to an amount that can be charged.

    Raises:
        InvalidInput: We don't take the currency.
    """
    currency = accepted(meant.currency)
    fee, step = currency.fee, currency.step_minor
    charged = _divided_up((meant.minor + fee.fixed_minor) * _WHOLE, _WHOLE - fee.basis_points)
    return Money(_divided_up(charged, step) * step - meant.minor, meant.currency)


def _divided_up(number: int, by: int) -> int:
    return -(-number // by)
