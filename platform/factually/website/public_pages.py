"""How pages that anyone may read are sent: shared caches keep them a minute, browsers ask each time."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, cast

from flask import Response, request
from flask_login import current_user

if TYPE_CHECKING:
    from factually.web.access import Principal

PUBLIC: Final = "public, max-age=0, s-maxage=60, stale-while-revalidate=600"
PRIVATE: Final = "private, no-store"


def public_page(body: str, *, content_type: str = "text/html; charset=utf-8") -> Response:
    """Return a page with its caching headers, or 304 where the browser already has it.

    A signed-in reader's page carries their name in its frame, so it is never stored.
    """
    response = Response(body, content_type=content_type)
    response.vary.add("Cookie")
    if cast("Principal", current_user).is_authenticated:
        response.headers["Cache-Control"] = PRIVATE
        return response
    response.headers["Cache-Control"] = PUBLIC
    response.set_etag(sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response
