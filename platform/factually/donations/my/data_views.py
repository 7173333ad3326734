"""A copy of a donor's data, and its deletion in two steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, render_template, url_for

from factually.donations.context import donations_context
from factually.donations.my.downloading import as_file, donor_data
from factually.donations.my.erasing import ask_for_erasure, fates_of
from factually.donations.my.forms import ErasureForm
from factually.donations.my.models import DonorSession
from factually.donations.my.signed_in import current_donor
from factually.web.access import ANYONE, DONOR, policy
from factually.web.context import web_context
from factually.web.sessions import clear_session_cookie

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from factually.donations.my.erasing import Fate

blueprint = Blueprint("my_data", __name__, url_prefix="/my")
_UNPROCESSABLE: Final = 422


@blueprint.get("/data.json")
@policy(DONOR, pii=True)
def copy() -> ResponseReturnValue:
    """Send everything kept about the address."""
    web = web_context()
    with web.database.transaction() as session:
        data = donor_data(session, current_donor(), keyring=web.keyring, now=web.clock.now())
    response = Response(as_file(data), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename="my-data.json")
    return response


@blueprint.get("/deletion")
@policy(DONOR)
def deletion() -> ResponseReturnValue:
    """Say what would go and what has to stay, before anything is asked."""
    return render_template("my/deletion.html", fates=_fates())


@blueprint.get("/deletion/confirm")
@policy(DONOR)
def confirm_deletion() -> ResponseReturnValue:
    """Ask once more."""
    return render_template("my/confirm_deletion.html", fates=_fates(), form=ErasureForm())


@blueprint.post("/deletion/confirm")
@policy(DONOR)
def delete_data() -> ResponseReturnValue:
    """Delete what may go, note the rest for its day, and sign out.

    Raises:
        NotFound: Nothing is kept about this address any more.
    """
    form = ErasureForm()
    if not form.passes():
        return render_template("my/confirm_deletion.html", fates=_fates(), form=form), _UNPROCESSABLE
    web = web_context()
    with web.database.transaction() as session:
        ask_for_erasure(session, current_donor(), post=donations_context().post, now=web.clock.now())
    response = redirect(url_for("my_data.deleted"), 303)
    clear_session_cookie(response, web.site, kind=DonorSession)
    return response


@blueprint.get("/deleted")
@policy(ANYONE)
def deleted() -> ResponseReturnValue:
    """Say that it is done and that a mail says what became of each gift."""
    return render_template("my/deleted.html")


def _fates() -> list[Fate]:
    web = web_context()
    with web.database.transaction() as session:
        return fates_of(session, current_donor().email_index, now=web.clock.now())
