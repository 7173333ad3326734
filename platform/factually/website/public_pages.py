"""How pages that anyone may read are sent: shared caches keep them a minute, browsers ask each time.

Such a page is the same for everybody, signed in or not, so it can be stored anywhere.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from flask import Response, request

PUBLIC: Final = "public, max-age=0, s-maxage=60, stale-while-revalidate=600"


def public_page(body: str, *, content_type: str = "text/html; charset=utf-8") -> Response:
    """Return a page with its caching headers, or 304 where the browser already has it."""
    response = Response(body, content_type=content_type)
    response.headers["Cache-Control"] = PUBLIC
    response.set_etag(sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response
