"""Stripe's way of writing nested values in forms and query strings: `a[b][0]=x`."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from factually.stripe_sandbox.errors import ApiError

_KEY = re.compile(r"^(?P<root>[^\[\]]+)(?P<rest>(?:\[[^\[\]]*\])*)$")
_PART = re.compile(r"\[([^\[\]]*)\]")


def decode(encoded: str) -> dict[str, Any]:
    """Read a form body or query string into nested dictionaries and lists of strings.

    Raises:
        ApiError: a key with unbalanced brackets, or one used both as a value and as a container.
    """
    return unflatten(parse_qsl(encoded, keep_blank_values=True))


def unflatten(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nest flat pairs: digit-only keys and empty brackets become list items, in order of appearance."""
    tree: dict[str, Any] = {}
    for key, value in pairs:
        match = _KEY.match(key)
        if match is None:
            raise ApiError(f"Invalid parameter name: {key}", param=key)
        path = [match["root"], *_PART.findall(match["rest"])]
        place = tree
        for part in path[:-1]:
            place = place.setdefault(_named(part, place), {})
            if not isinstance(place, dict):
                raise ApiError(f"Invalid parameter: {key}", param=key)
        name = _named(path[-1], place)
        if isinstance(place.get(name), dict):
            raise ApiError(f"Invalid parameter: {key}", param=key)
        place[name] = value
    return {name: _with_lists(value) for name, value in tree.items()}


def _named(part: str, place: dict[str, Any]) -> str:
    return part or str(len(place))


def _with_lists(value: Any) -> Any:  # noqa: ANN401 - a decoded value is a string, a list or a dictionary
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [_with_lists(item) for item in value.values()]
    return {name: _with_lists(item) for name, item in value.items()}
