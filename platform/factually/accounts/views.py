"""Sign-in, sign-out and invitation pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_login import current_user

from factually.accounts.forms import PasswordForm, SignInForm
from factually.accounts.inviting import accept_invitation, invitation_holds
from factually.accounts.roles import AUDITOR, EDITOR, REVIEWER, ROLES
from factually.accounts.signed_in import current_account
from factually.accounts.signing_in import Credentials, sign_in, sign_out
from factually.foundation.errors import NotFound
from factually.web.access import ANYONE, SIGNED_IN, policy
from factually.web.context import web_context
from factually.web.rate_limits import rate_limit
from factually.web.sessions import clear_session_cookie, set_session_cookie

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-in", endpoint="sign_in")
@policy(ANYONE)
def sign_in_page() -> ResponseReturnValue:
    """Show the sign-in form, or lead whoever is signed in to their desk."""
    if current_user.is_authenticated:  # type: ignore[attr-defined]  # a proxy of SignedInAccount
        return redirect(url_for("accounts.desk"), 303)
    return render_template("accounts/sign_in.html", form=SignInForm(), refused=False)


@blueprint.post("/sign-in")
@policy(ANYONE)
@rate_limit("10 per minute", "100 per hour")
def sign_in_submit() -> ResponseReturnValue:
    """Start a session, or say that it can't be, in the same words for every reason."""
    form = SignInForm()
    token = None
    if form.passes():
        context = web_context()
        credentials = Credentials(form.email.data or "", form.password.data or "")
        with context.database.transaction() as session:
            token = sign_in(session, credentials, now=context.clock.now())
    if token is None:
        return render_template("accounts/sign_in.html", form=form, refused=not form.errors), 422
    response = redirect(_way_back(request.args.get("next")), 303)
    set_session_cookie(response, token, web_context().site)
    return response


@blueprint.post("/sign-out", endpoint="sign_out")
@policy(SIGNED_IN)
def sign_out_submit() -> ResponseReturnValue:
    """End the session and go home."""
    context = web_context()
    with context.database.transaction() as session:
        sign_out(session, g.session_token, current_account().id, now=context.clock.now())
    response = redirect(url_for("website.home"), 303)
    clear_session_cookie(response, context.site)
    return response


@blueprint.get("/desk")
@policy(SIGNED_IN)
def desk() -> ResponseReturnValue:
    """Lead each role to its own desk."""
    desk_of = {AUDITOR: "oversight.queue", EDITOR: "newsroom.board", REVIEWER: "newsroom.board"}
    endpoint = desk_of.get(current_account().role)
    if endpoint is not None:
        return redirect(url_for(endpoint), 303)
    return render_template("accounts/desk.html", role_words=ROLES[current_account().role])


@blueprint.get("/invitations/<token>")
@policy(ANYONE)
def invitation_page(token: str) -> ResponseReturnValue:
    """Show the form that sets a first password."""
    context = web_context()
    with context.database.transaction() as session:
        if not invitation_holds(session, token, now=context.clock.now()):
            raise NotFound("This link is used or too old. Ask for a new invitation.")
    return render_template("accounts/invitation.html", form=PasswordForm())


@blueprint.post("/invitations/<token>")
@policy(ANYONE)
def invitation_submit(token: str) -> ResponseReturnValue:
    """Set the password and lead to the sign-in page."""
    form = PasswordForm()
    if not form.passes():
        return render_template("accounts/invitation.html", form=form), 422
    context = web_context()
    with context.database.transaction() as session:
        accept_invitation(session, token, form.password.data or "", now=context.clock.now())
    return redirect(url_for("accounts.sign_in"), 303)


def _way_back(target: str | None) -> str:
    parts = urlsplit(target or "")
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/") and "\\" not in (target or "")
    if not target or not ours or target.startswith("//"):
        return url_for("accounts.desk")
    return target
