"""A gateway before one of whose calls another process gets in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from factually.donations.gateway import PaymentGateway
    from factually.donations.monthly.gateway import MonthlyGateway


@dataclass(frozen=True)
class _OvertakenMonthly:
    real: MonthlyGateway
    call: str
    first: Callable[[], object]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any method of the real one
        method = getattr(self.real, name)
        if name != self.call:
            return method

        def overtaken(*arguments: object, **more: object) -> object:
            self.first()
            return method(*arguments, **more)

        return overtaken


@dataclass(frozen=True)
class _Overtaken:
    real: PaymentGateway
    monthly: _OvertakenMonthly

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any method of the real one
        return getattr(self.real, name)


def overtaken_gateway(real: PaymentGateway, call: str, first: Callable[[], object]) -> PaymentGateway:
    """Do something before each call of one name of a monthly gateway, which is then made all the same."""
    return cast("PaymentGateway", _Overtaken(real, _OvertakenMonthly(real.monthly, call, first)))
