"""The one place where errors become HTTP answers: a page for people, an object for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from flask import Flask, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from factually.foundation.errors import DomainError
from factually.foundation.identifiers import new_public_id

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_TITLES = {
    400: "We couldn't read that request",
    401: "Please sign in",
    403: "This page isn't open to you",
    404: "Page not found",
    405: "That isn't possible here",
    409: "Something changed in the meantime",
    410: "This page is gone",
    411: "We couldn't read that request",
    413: "That is too large",
    415: "We couldn't read that request",
    422: "Please check what you entered",
    429: "Too many attempts",
    500: "Something went wrong on our side",
    503: "We can't do this right now",
}
_MESSAGES = {
    400: "The request was incomplete or not meant for this site. Go back, reload the page and try again.",
    401: "This needs you to be signed in.",
    403: "Your account has no access to this page.",
    404: "There is no page at this address. It may have moved, or the link is mistyped.",
    405: "This address doesn't take that kind of request.",
    413: "What you sent is larger than we accept.",
    500: "The fault is ours and was recorded. Nothing you entered was half-done.",
    503: "A part we need isn't answering. Please try again in a minute.",
}
_REFERENCE_LENGTH = 8
_OUR_FAULT = 500


class Application(Flask):
    """Flask, but its own log of a bug, which repeats the exception's words, is replaced by ours."""

    def log_exception(self, exc_info: object) -> None:
        """Leave the log to `_http_error`, which names the reference that the page shows."""


def install_error_pages(app: Flask) -> None:
    """Answer typed errors, HTTP errors and bugs, each in the caller's form."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)


def wants_json() -> bool:
    """Tell whether the caller is a program: an API address, a JSON body, or JSON preferred."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return request.path.startswith("/api/") or request.is_json or best == "application/json"


def _domain_error(error: DomainError) -> Response:
    answer = _answer(error.status, error.code, error.message, field=error.field)
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _http_error(error: HTTPException) -> Response:
    status = error.code or _OUR_FAULT
    if error.response is not None:
        return make_response(error.get_response())
    reference = None
    if isinstance(error, InternalServerError):
        reference = new_public_id()[:_REFERENCE_LENGTH]
        structlog.get_logger().error("request.failed", reference=reference, exc_info=error.original_exception)
    message = _MESSAGES.get(status) or error.description or "We couldn't do that."
    answer = _answer(status, error.name.lower().replace(" ", "_"), message, reference=reference)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            answer.headers[name] = value
    return answer


def _answer(
    status: int,
    code: str,
    message: str,
    *,
    field: str | None = None,
    reference: str | None = None,
) -> Response:
    if wants_json():
        answer = jsonify(
            {"error": {"code": code, "field": field, "message": message, "reference": reference}}
        )
        answer.status_code = status
        return answer
    title = _TITLES.get(status, "We couldn't do that")
    page = render_template(
        "website/error.html",
        status=status,
        title=title,
        message=message,
        field=field,
        reference=reference,
    )
    return make_response(page, status)
