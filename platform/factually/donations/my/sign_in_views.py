"""Signing in with a mail, and out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, url_for

from factually.donations.my.forms import AddressForm, SignInForm
from factually.donations.my.linking import (
    address_index,
    ask_for_link,
    follow_link,
    link_holds,
    sign_donor_out,
)
from factually.donations.my.models import DonorSession
from factually.donations.my.signed_in import current_donor, load_donor
from factually.web.access import ANYONE, DONOR, policy
from factually.web.context import web_context
from factually.web.rate_limits import rate_limit, within_limits
from factually.web.sessions import clear_session_cookie, set_session_cookie

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("my", __name__, url_prefix="/my")
MAILS_TO_ONE_ADDRESS: Final = ("3 per 15 minutes", "10 per day")
_GONE: Final = 410


@blueprint.get("")
@policy(ANYONE)
def start() -> ResponseReturnValue:
    """Ask for the address, or lead whoever is signed in to their gifts."""
    if load_donor() is not None:
        return redirect(url_for("my_gifts.gifts"), 303)
    return render_template("my/start.html", form=AddressForm())


@blueprint.post("")
@policy(ANYONE, pii=True)
@rate_limit("6 per minute", "30 per hour")
def ask() -> ResponseReturnValue:
    """Promise a mail, in the same words and with the same work whether or not the address ever gave."""
    form = AddressForm()
    if not form.passes():
        return render_template("my/start.html", form=form), 422
    web = web_context()
    index = address_index(form.email.data or "", keyring=web.keyring)
    # The answer beyond the limit is the same: nobody's mailbox can be filled, and nobody learns anything.
    if within_limits("donor link", index.hex(), *MAILS_TO_ONE_ADDRESS):
        with web.database.transaction() as session:
            ask_for_link(session, index, now=web.clock.now())
    return redirect(url_for("my.mail_promised"), 303)


@blueprint.get("/mail")
@policy(ANYONE)
def mail_promised() -> ResponseReturnValue:
    """Say that a mail is on its way if the address gave."""
    return render_template("my/mail_promised.html")


@blueprint.get("/sign-in/<token>")
@policy(ANYONE)
def link(token: str) -> ResponseReturnValue:
    """Show one button; opening the page alone, as mail scanners do, leaves the link good."""
    web = web_context()
    with web.database.transaction() as session:
        holds = link_holds(session, token, now=web.clock.now())
    if not holds:
        return render_template("my/link_over.html", form=AddressForm()), _GONE
    return render_template("my/link.html", form=SignInForm())


@blueprint.post("/sign-in/<token>")
@policy(ANYONE)
@rate_limit("20 per minute")
def sign_in(token: str) -> ResponseReturnValue:
    """Use the link up and show the gifts.

    Raises:
        NotFound: The link is unknown, used or too old.
    """
    web = web_context()
    with web.database.transaction() as session:
        session_token = follow_link(session, token, now=web.clock.now())
    response = redirect(url_for("my_gifts.gifts"), 303)
    set_session_cookie(response, session_token, web.site, kind=DonorSession)
    return response


@blueprint.post("/sign-out")
@policy(DONOR)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    web = web_context()
    donor = current_donor()
    with web.database.transaction() as session:
        sign_donor_out(session, donor.token, donor.session_id, now=web.clock.now())
    response = redirect(url_for("my.start"), 303)
    clear_session_cookie(response, web.site, kind=DonorSession)
    return response
