"""Limits a policy sets for a rule: each knows its name, what it may be, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from factually.foundation.errors import InvalidInput
from factually.independence.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factually.foundation.canonical import JsonValue
    from factually.independence.policy import RulePolicy

_T = TypeVar("_T")


class _Unfit(ValueError):
    """The value is not what the parameter takes."""


@dataclass(frozen=True)
class Parameter(Generic[_T]):
    """One limit of one rule, read from the policy with its type.

    Attributes:
        name: Its key in the policy's document.
        must: What it must be, as the end of a sentence ("must be hold or refuse").
        read: Turns the document's value into ours, or raises `ValueError`.
        until_named: What policies mean that were published before it existed; a new one has to name it.
    """

    name: str
    must: str
    read: Callable[[JsonValue], _T]
    until_named: _T | None = None

    def of(self, policy: RulePolicy) -> _T:
        """Return the value in a policy.

        Raises:
            InvalidInput: It is missing, or not what it must be; the field names its place.
        """
        if self.name not in policy.parameters and self.until_named is not None:
            return self.until_named
        try:
            return self.read(policy.parameters.get(self.name))
        except ValueError as error:
            raise InvalidInput(
                f"{self.name} must be {self.must}.", field=f"policy.{policy.id}.parameters.{self.name}"
            ) from error


def one_outcome(name: str, *allowed: Outcome, until_named: Outcome | None = None) -> Parameter[Outcome]:
    """Return a parameter that names one of some outcomes."""

    def read(value: JsonValue) -> Outcome:
        if value not in allowed:
            raise _Unfit
        return Outcome(value)

    return Parameter(name, " or ".join(allowed), read, until_named)


def whole_number(name: str, *, least: int = 0, most: int | None = None) -> Parameter[int]:
    """Return a parameter that counts something: things, days, percent, or minor units of money."""
    limits = f"from {least}" if most is None else f"from {least} to {most}"

    def read(value: JsonValue) -> int:
        if type(value) is not int or value < least or (most is not None and value > most):
            raise _Unfit
        return value

    return Parameter(name, f"a whole number {limits}", read)


def score(name: str) -> Parameter[float]:
    """Return a parameter that sets a score from which a match counts."""

    def read(value: JsonValue) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise _Unfit
        return float(value)

    return Parameter(name, "a number from 0 to 1", read)


def texts(name: str) -> Parameter[tuple[str, ...]]:
    """Return a parameter that lists names, at least one."""

    def read(value: JsonValue) -> tuple[str, ...]:
        listed = value if isinstance(value, list) else []
        named = tuple(item for item in listed if isinstance(item, str) and item)
        if not named or len(named) != len(listed):
            raise _Unfit
        return named

    return Parameter(name, "a list of names", read)


def flag(name: str) -> Parameter[bool]:
    """Return a parameter that switches something on or off."""

    def read(value: JsonValue) -> bool:
        if not isinstance(value, bool):
            raise _Unfit
        return value

    return Parameter(name, "true or false", read)


def days_by_name(name: str, *, until_named: Mapping[str, int] | None = None) -> Parameter[Mapping[str, int]]:
    """Return a parameter that sets a number of days, at least one, for each of some names."""

    def read(value: JsonValue) -> Mapping[str, int]:
        listed = value if isinstance(value, dict) else {"": 0}
        days = {key: number for key, number in listed.items() if key and type(number) is int and number >= 1}
        if len(days) != len(listed):
            raise _Unfit
        return days

    return Parameter(name, "names with whole numbers of days", read, until_named)
