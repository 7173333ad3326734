"""How pages that anyone may read are sent: shared caches keep them a minute, browsers ask each time.

Such a page is the same for everybody, signed in or not, so it can be stored anywhere.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from flask import Response, request

PUBLIC: Final = "public, max-age=0, s-maxage=60, stale-while-revalidate=600"
IMMUTABLE: Final = "public, max-age=31536000, immutable"
_ETAG_CHARACTERS: Final = 32


def public_page(body: str | bytes, *, content_type: str = "text/html; charset=utf-8") -> Response:
    """Return a page with its caching headers, or 304 where the browser already has it."""
    response = Response(body, content_type=content_type)
    cacheable(response, etag_of(response.get_data()))
    response.make_conditional(request)
    return response


def etag_of(*parts: str | bytes) -> str:
    """Return an ETag for what these parts decide, so that a page can be compared unrendered."""
    encoded = (part.encode() if isinstance(part, str) else part for part in parts)
    return sha256(b"\n".join(encoded)).hexdigest()[:_ETAG_CHARACTERS]


def cacheable(response: Response, etag: str) -> Response:
    """Put the caching headers of a public page on an answer and return it."""
    response.set_etag(etag)
    response.headers["Cache-Control"] = PUBLIC
    return response
