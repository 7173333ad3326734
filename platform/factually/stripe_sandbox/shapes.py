"""What an operation accepts: the check that comes before any work, so its refusals are never stored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.store import Document

Reader = Callable[[str, object], object]
"""Turns the decoded form value of the parameter so named into its typed value."""

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_METADATA_KEYS: Final = 50
_METADATA_KEY_LENGTH: Final = 40
_METADATA_VALUE_LENGTH: Final = 500


@dataclass(frozen=True)
class Shape:
    """The parameters of one operation; anything else is refused by name."""

    fields: Mapping[str, Reader]
    required: tuple[str, ...] = ()

    def read(self, given: Document, prefix: str = "") -> Document:
        """Check and convert decoded parameters.

        Raises:
            ApiError: `parameter_unknown`, `parameter_missing`, or the reader's own; each names the parameter.
        """
        for name in given:
            if name not in self.fields:
                full = _full_name(prefix, name)
                raise ApiError(f"Received unknown parameter: {full}", code="parameter_unknown", param=full)
        for name in self.required:
            if name not in given:
                full = _full_name(prefix, name)
                raise ApiError(f"Missing required param: {full}.", code="parameter_missing", param=full)
        return {name: self.fields[name](_full_name(prefix, name), value) for name, value in given.items()}


def _full_name(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


def text(longest: int = 5000) -> Reader:
    """Accept a string; the empty one means "unset"."""

    def read(name: str, value: object) -> str:
        if not isinstance(value, str):
            raise ApiError("Invalid string: must be a string", param=name)
        if len(value) > longest:
            raise ApiError(f"Invalid string: must be at most {longest} characters", param=name)
        return value

    return read


def integer(least: int | None = None, most: int | None = None) -> Reader:
    """Accept a whole number within bounds, written in digits."""

    def read(name: str, value: object) -> int:
        if not isinstance(value, str) or not _INTEGER.fullmatch(value):
            raise ApiError(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
        number = int(value)
        if least is not None and number < least:
            raise ApiError(
                f"This value must be greater than or equal to {least}.",
                code="parameter_invalid_integer",
                param=name,
            )
        if most is not None and number > most:
            raise ApiError(
                f"This value must be less than or equal to {most}.",
                code="parameter_invalid_integer",
                param=name,
            )
        return number

    return read


def boolean(name: str, value: object) -> bool:
    """Accept `true` or `false`."""
    if value not in ("true", "false"):
        raise ApiError(f"Invalid boolean: {value}", param=name)
    return value == "true"


def choice(*allowed: str) -> Reader:
    """Accept one of these words."""

    def read(name: str, value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ApiError(f"Invalid {name}: must be one of {', '.join(allowed)}", param=name)
        return value

    return read


def nested(shape: Shape) -> Reader:
    """Accept an object of parameters."""

    def read(name: str, value: object) -> Document:
        if not isinstance(value, dict):
            raise ApiError("Invalid object", param=name)
        return shape.read(value, name)

    return read


def unsettable(reader: Reader) -> Reader:
    """Accept what a reader accepts, or the empty string, which stands for None."""

    def read(name: str, value: object) -> object:
        return None if value == "" else reader(name, value)

    return read


def list_of(item: Reader) -> Reader:
    """Accept a list; the empty string means the empty list."""

    def read(name: str, value: object) -> list[object]:
        if value == "":
            return []
        if not isinstance(value, list):
            raise ApiError("Invalid array", param=name)
        return [item(f"{name}[{place}]", member) for place, member in enumerate(value)]

    return read


def metadata(name: str, value: object) -> dict[str, str] | None:
    """Accept Stripe's metadata: 50 keys of 40 characters, values of 500; None for the "" that clears all."""
    if value == "":
        return None
    if not isinstance(value, dict) or not all(isinstance(member, str) for member in value.values()):
        raise ApiError("Invalid metadata: must be a set of key-value pairs of strings", param=name)
    if len(value) > _METADATA_KEYS:
        raise ApiError("Metadata can have at most 50 keys.", param=name)
    for key, member in value.items():
        if len(key) > _METADATA_KEY_LENGTH:
            raise ApiError("Metadata keys can have at most 40 characters.", param=f"{name}[{key}]")
        if len(member) > _METADATA_VALUE_LENGTH:
            raise ApiError("Metadata values can have at most 500 characters.", param=f"{name}[{key}]")
    return value


def merged(current: Mapping[str, str] | None, changes: Mapping[str, str] | None) -> dict[str, str]:
    """Apply metadata as Stripe does: keys are added or replaced, an empty value removes its key."""
    if changes is None:
        return {}
    return {key: value for key, value in {**(current or {}), **changes}.items() if value}


ADDRESS = nested(
    Shape({part: text() for part in ("city", "country", "line1", "line2", "postal_code", "state")})
)
BILLING_DETAILS = nested(
    Shape({"address": ADDRESS, "email": text(), "name": text(), "phone": text(), "tax_id": text()})
)
SHIPPING = nested(Shape({"address": ADDRESS, "name": text(), "phone": text()}, required=("address", "name")))
EXPAND = list_of(text())
