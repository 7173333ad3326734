"""Who is signed in: Flask-Login asks here once a request; the row decides, not the cookie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import g
from flask_login import LoginManager, current_user
from sqlalchemy import select

from factually.accounts.models import Account
from factually.audit.journal import Actor
from factually.foundation.errors import Forbidden
from factually.web.context import web_context
from factually.web.sessions import cookie_name, find_session, touch_session

if TYPE_CHECKING:
    import uuid

    from flask import Flask, Request


@dataclass(frozen=True, slots=True)
class SignedInAccount:
    """The account behind a request."""

    id: uuid.UUID
    email: str
    name: str
    role: str
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Return the id for Flask-Login."""
        return str(self.id)

    @property
    def actor(self) -> Actor:
        """The account as an actor of the journal."""
        return Actor("account", str(self.id))


def install_sign_in(app: Flask) -> None:
    """Let Flask-Login ask our session rows, and templates know who is signed in."""
    manager = LoginManager()
    # Flask-Login would otherwise tie its own cookie session to the browser's address.
    manager.session_protection = None  # type: ignore[assignment]  # typed by its default
    manager.login_view = "accounts.sign_in"
    manager.login_message = None  # type: ignore[assignment]  # the same
    manager.request_loader(load_account)
    # Its context processor would ask the database while an error page says that there is none.
    manager.init_app(app, add_context_processor=False)
    app.context_processor(_signed_in_for_templates)


def load_account(request: Request) -> SignedInAccount | None:
    """Return the account of the request's session, or None."""
    context = web_context()
    token = request.cookies.get(cookie_name(context.site))
    if token is None:
        return None
    now = context.clock.now()
    with context.database.reading() as connection:
        live = find_session(connection, token, now=now)
        if live is None:
            return None
        row = connection.execute(
            select(Account.id, Account.email, Account.name, Account.role).where(
                Account.id == live.account_id,
                Account.disabled_at.is_(None),
            ),
        ).one_or_none()
    if row is None:
        return None
    if live.needs_touch:
        with context.database.transaction() as session:
            touch_session(session, live.id, now=now)
    g.session_token = token
    return SignedInAccount(row.id, row.email, row.name, row.role)


def current_account() -> SignedInAccount:
    """Return who is signed in, for views whose policy demands it.

    Raises:
        Forbidden: Nobody is.
    """
    if not current_user.is_authenticated:  # type: ignore[attr-defined]  # a proxy of SignedInAccount
        raise Forbidden("Please sign in.")
    return cast("SignedInAccount", current_user._get_current_object())  # noqa: SLF001 - werkzeug's documented way


def _signed_in_for_templates() -> dict[str, object]:
    """Name the account where the page's policy asked for one; public pages are the same for everybody."""
    account = g.get("_login_user")
    return {"signed_in": account if account is not None and account.is_authenticated else None}
