"""Checks at the door: what can't be stored or bounded is refused before a view sees it.

NUL and lone surrogates reach PostgreSQL as errors, and a chunked body escapes the length limit
(reference: security page, section 1); here each is a 4xx.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from flask import Flask, abort, current_app, request

from factually.foundation.errors import InvalidInput, NotFound, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

P = ParamSpec("P")
R = TypeVar("R")

MAXIMUM_BODY_BYTES: Final = 256 * 1024
MAXIMUM_FIELDS: Final = 200
_ATTRIBUTE: Final = "long_texts"
_FORM_TYPES: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def install_body_checks(app: Flask) -> None:
    """Refuse bodies without a length, with too many fields, or with text no column can hold."""
    app.config["MAX_CONTENT_LENGTH"] = MAXIMUM_BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MAXIMUM_BODY_BYTES
    app.config["MAX_FORM_PARTS"] = MAXIMUM_FIELDS
    app.before_request(_check_body)


@dataclass(frozen=True, slots=True)
class LongTexts:
    """What a view takes that is longer than most.

    Attributes:
        maximum_bytes: Of the whole body.
        maximum_fields: Of a form.
        field: The input that is at fault where the body is longer.
    """

    maximum_bytes: int
    maximum_fields: int
    field: str


def takes_long_texts(limits: LongTexts) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare that a view takes longer bodies than most; stands below the view's policy."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, _ATTRIBUTE, limits)
        return view

    return declare


def storable(text: str) -> bool:
    """Tell whether a PostgreSQL text column can hold the text: no NUL, no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _check_body() -> None:
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        abort(411)
    longer = getattr(current_app.view_functions.get(request.endpoint or ""), _ATTRIBUTE, None)
    if isinstance(longer, LongTexts):
        _allow(longer)
    elif request.content_length is not None and request.content_length > MAXIMUM_BODY_BYTES:
        abort(413)
    maximum_fields = request.max_form_parts or MAXIMUM_FIELDS
    if not all(storable(str(part)) for part in (request.view_args or {}).values()):
        raise NotFound("There is no page at this address.")
    _check_fields(request.args.items(multi=True))
    if request.mimetype in _FORM_TYPES:
        fields = list(request.form.items(multi=True))
        if len(fields) > maximum_fields:
            abort(413)
        _check_fields(fields)


def _allow(longer: LongTexts) -> None:
    """Raise this request's limits to its view's, or refuse it by name."""
    if request.content_length is not None and request.content_length > longer.maximum_bytes:
        megabytes = longer.maximum_bytes // 1_000_000
        raise TooLarge(f"This is longer than the {megabytes} MB we take.", field=longer.field)
    request.max_content_length = longer.maximum_bytes
    request.max_form_memory_size = longer.maximum_bytes
    request.max_form_parts = longer.maximum_fields


def _check_fields(fields: Iterable[tuple[str, str]]) -> None:
    for name, value in fields:
        if not storable(name) or not storable(value):
            raise InvalidInput(
                "This text holds characters that can't be stored.", field=name.replace("\x00", "")
            )
