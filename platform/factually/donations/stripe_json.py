"""Strict reading of Stripe's JSON: a field of another type than we count on raises `ValueError`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias

StripeJson: TypeAlias = Mapping[str, object]


def inner(owner: StripeJson, name: str) -> StripeJson | None:
    """Return an object inside another one, None where there is none."""
    value = owner.get(name)
    if value is None or isinstance(value, Mapping):
        return value
    raise ValueError(f"{name} is no object")


def members(owner: StripeJson, name: str) -> list[StripeJson]:
    """Return the objects of a plain list."""
    value = owner.get(name)
    if not isinstance(value, list) or not all(isinstance(member, Mapping) for member in value):
        raise ValueError(f"{name} is no list of objects")
    return value


def text(owner: StripeJson, name: str) -> str:
    """Return a text that must be there."""
    value = owner.get(name)
    if isinstance(value, str):
        return value
    raise ValueError(f"{name} is no text")


def optional_text(owner: StripeJson, name: str) -> str | None:
    """Return a text that may be missing."""
    return None if owner.get(name) is None else text(owner, name)


def number(owner: StripeJson, name: str) -> int:
    """Return an integer that must be there."""
    value = owner.get(name)
    if type(value) is int:
        return value
    raise ValueError(f"{name} is no integer")


def flag(owner: StripeJson, name: str) -> bool:
    """Return a boolean that must be there."""
    value = owner.get(name)
    if type(value) is bool:
        return value
    raise ValueError(f"{name} is no boolean")


def moment(owner: StripeJson, name: str) -> datetime:
    """Return a moment, which Stripe gives in Unix seconds."""
    return datetime.fromtimestamp(number(owner, name), UTC)
