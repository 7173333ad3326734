"""Security headers on every answer, errors included (reference: security page, section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Flask, g

from factually.web.context import web_context

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_BASE_CSP: Final = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'",),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "frame-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
    "object-src": ("'none'",),
}
_TRUSTED_TYPES: Final = "require-trusted-types-for 'script'"
_HSTS_YEAR: Final = "max-age=31536000; includeSubDomains"
_PERMISSIONS: Final = "camera=(), geolocation=(), microphone=(), payment=({payers}), usb=()"


def widen_csp(
    *,
    script: tuple[str, ...] = (),
    frame: tuple[str, ...] = (),
    connect: tuple[str, ...] = (),
) -> None:
    """Let this one answer load a payment script from its own origin.

    Its frames may then ask the browser's wallet for money (Apple Pay, Google Pay), and a wallet's own window
    may answer to the page. Trusted Types are left off for it, since whether Stripe.js bears them is untried.
    """
    g.csp_sources = {"script-src": script, "frame-src": frame, "connect-src": connect}


def install_security_headers(app: Flask) -> None:
    """Add the headers after every request, 404 and 500 included."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    more: dict[str, tuple[str, ...]] = g.get("csp_sources", {})
    headers = response.headers
    headers["Content-Security-Policy"] = _content_security_policy(more)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin" if more else "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups" if more else "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = _PERMISSIONS.format(payers=_payers(more.get("frame-src", ())))
    headers.setdefault("Cache-Control", "no-store")
    if web_context().site.is_https:
        headers["Strict-Transport-Security"] = _HSTS_YEAR
    return response


def _payers(frames: tuple[str, ...]) -> str:
    """List who may use the Payment Request API; older browsers know no origin with an asterisk there."""
    return " ".join(("self", *(f'"{origin}"' for origin in frames if "*" not in origin)))


def _content_security_policy(more: dict[str, tuple[str, ...]]) -> str:
    parts = []
    for directive, sources in _BASE_CSP.items():
        extra = more.get(directive, ())
        kept = () if extra and sources == ("'none'",) else sources
        parts.append(" ".join((directive, *kept, *extra)))
    if not more:
        parts.append(_TRUSTED_TYPES)
    return "; ".join(parts)
