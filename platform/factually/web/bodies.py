"""Checks at the door: what can't be stored or bounded is refused before a view sees it.

NUL and lone surrogates reach PostgreSQL as errors, and a chunked body escapes the length limit
(reference: security page, section 1); here each is a 4xx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Flask, abort, request

from factually.foundation.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def _check_body() -> None:
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        abort(411)
    if request.content_length is not None and request.content_length > MAXIMUM_BODY_BYTES:
        abort(413)
    if not all(storable(str(part)) for part in (request.view_args or {}).values()):
        raise NotFound("There is no page at this address.")
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
