"""The JSON that the sandbox's own routes take, and the errors they answer with."""

import json

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.store import Document

_Types = dict[str, type | tuple[type, ...]]


def json_body(required: _Types, optional: _Types | None = None) -> Document:
    """Read a JSON object whose members have these types; a truth value is no number.

    Raises:
        ApiError: no JSON object, `parameter_unknown`, `parameter_missing`, or a member of another type.
    """
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise ApiError("Send a JSON object with Content-Type: application/json.")
    known = {**required, **(optional or {})}
    for name, value in given.items():
        if name not in known:
            raise ApiError(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
        if not isinstance(value, known[name]) or isinstance(value, bool) is not (known[name] is bool):
            raise ApiError(f"Invalid {name}: {json.dumps(value)}", param=name)
    for name in required:
        if name not in given:
            raise ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return given


def refused(error: ApiError) -> ResponseReturnValue:
    """Answer with Stripe's error object."""
    return jsonify(error=error.body()), error.status
