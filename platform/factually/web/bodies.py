"""Checks at the door: what can't be stored or bounded is refused before a view sees it.

NUL and lone surrogates reach PostgreSQL as errors, a chunked body escapes the length limit, and
deep JSON overflows the stack (reference: security page, section 1); here each is a 4xx.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NoReturn, cast

from flask import Flask, abort, request

from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factually.foundation.canonical import JsonValue

MAXIMUM_BODY_BYTES: Final = 256 * 1024
MAXIMUM_FIELDS: Final = 200
_FORM_TYPES: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def install_body_checks(app: Flask) -> None:
    """Refuse bodies without a length, with too many fields, or with text no column can hold."""
    app.config["MAX_CONTENT_LENGTH"] = MAXIMUM_BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MAXIMUM_BODY_BYTES
    app.config["MAX_FORM_PARTS"] = MAXIMUM_FIELDS
    app.before_request(_check_body)


def storable(text: str) -> bool:
    """Tell whether a PostgreSQL text column can hold the text: no NUL, no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def read_json_object() -> dict[str, JsonValue]:
    """Return the request's JSON object.

    Raises:
        InvalidInput: Not JSON, not an object, nested too deep, NaN, or text no column can hold.
    """
    try:
        value = json.loads(request.get_data(cache=True).decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The request isn't valid JSON.") from error
    if not isinstance(value, dict):
        raise InvalidInput("The request isn't a JSON object.")
    _check_json(value, field=None)
    return cast("dict[str, JsonValue]", value)


def _check_json(value: object, *, field: str | None) -> None:
    if isinstance(value, str) and not storable(value):
        raise InvalidInput("This text holds characters that can't be stored.", field=field)
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_json(key, field=field)
            _check_json(inner, field=field or key)
    if isinstance(value, list):
        for inner in value:
            _check_json(inner, field=field)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check_body() -> None:
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        abort(411)
    if request.content_length is not None and request.content_length > MAXIMUM_BODY_BYTES:
        abort(413)
    _check_fields(request.args.items(multi=True))
    if request.mimetype in _FORM_TYPES:
        fields = list(request.form.items(multi=True))
        if len(fields) > MAXIMUM_FIELDS:
            abort(413)
        _check_fields(fields)


def _check_fields(fields: Iterable[tuple[str, str]]) -> None:
    for name, value in fields:
        if not storable(name) or not storable(value):
            raise InvalidInput(
                "This text holds characters that can't be stored.", field=name.replace("\x00", "")
            )
