"""Access policy: each view declares who may use it; a view that declares nothing answers 403.

Denied by default (DESIGN section 2, promise 5). A view that shows personal data must name the
journal event by which the look is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, ParamSpec, Protocol, TypeVar, cast

from flask import Flask, abort, current_app, request
from flask_login import current_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue
    from flask_wtf.csrf import CSRFProtect
    from werkzeug.wrappers import Response

P = ParamSpec("P")
R = TypeVar("R")

ANYONE: Final = "anyone"
SIGNED_IN: Final = "signed in"
DONOR: Final = "donor"
"""Whoever reads the mail of an address that gave; no role of the house, and none of the house is one."""
_ATTRIBUTE = "access_policy"
_DONOR_GATE: Final = "factually.donor_gate"


class Principal(Protocol):
    """Who is asking, as Flask-Login's `current_user` stands for it."""

    is_authenticated: bool
    role: str


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Who may use a view.

    Attributes:
        roles: Role names, or `ANYONE`, or `SIGNED_IN` for any role of the house, or `DONOR`.
        pii: Whether the view shows or takes a donor's identity.
        audit: Journal event that records a look at personal data, or None.
        csrf: Whether a change needs a CSRF token; off only for signed machine calls.
    """

    roles: frozenset[str]
    pii: bool
    audit: str | None
    csrf: bool


def policy(
    *roles: str,
    pii: bool = False,
    audit: str | None = None,
    csrf: bool = True,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare who may use a view.

    Raises:
        ValueError: No role is named, a donor's page is open to others, or staff would see personal data
            without a journal event.
    """
    if not roles:
        raise ValueError("a policy names at least one role")
    if DONOR in roles and roles != (DONOR,):
        raise ValueError("a donor's own page is nobody else's")
    if pii and audit is None and not {ANYONE, DONOR} & {*roles}:
        raise ValueError("a view that shows personal data to staff names its journal event")

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, _ATTRIBUTE, AccessPolicy(frozenset(roles), pii, audit, csrf))
        return view

    return declare


def declared_policy(view: Callable[..., object]) -> AccessPolicy | None:
    """Return what the view declared, or None."""
    found = getattr(view, _ATTRIBUTE, None)
    return found if isinstance(found, AccessPolicy) else None


def guard_donor_pages(app: Flask, gate: Callable[[], ResponseReturnValue | None]) -> None:
    """Name what lets a donor in, by returning None, or else leads them to where they sign in."""
    app.extensions[_DONOR_GATE] = gate


def enforce_policies(app: Flask, csrf: CSRFProtect) -> None:
    """Check each request against its view's policy, and exempt signed machine calls from CSRF.

    Called after all views are registered.
    """
    for view in app.view_functions.values():
        declared = declared_policy(view)
        if declared is not None and not declared.csrf:
            csrf.exempt(view)
    app.before_request(_check_access)


def _check_access() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    declared = declared_policy(current_app.view_functions[request.endpoint])
    if declared is None:
        abort(403)
    if ANYONE in declared.roles:
        return None
    if DONOR in declared.roles:
        gate = cast("Callable[[], ResponseReturnValue | None]", current_app.extensions[_DONOR_GATE])
        return gate()
    principal = cast("Principal", current_user)
    if not principal.is_authenticated:
        if request.method not in {"GET", "HEAD"}:
            abort(401)
        # Flask-Login's own answer: a redirect to the sign-in page that remembers the way.
        response: Response = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # set by Flask-Login
        return response
    if SIGNED_IN not in declared.roles and principal.role not in declared.roles:
        abort(403)
    return None
