"""The auditors' pages on past donors: money taken that is now in doubt, and the runs that found it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, url_for

from factually.accounts.roles import AUDITOR
from factually.accounts.signed_in import current_account
from factually.donations.context import donations_context
from factually.donations.rescreening import DoubtRuling, settle_doubt
from factually.foundation.errors import Conflict
from factually.foundation.money import Money
from factually.independence.rescreening.models import Remedy
from factually.independence.rescreening.queries import latest_runs
from factually.oversight import wording
from factually.oversight.cases import Look
from factually.oversight.rescreening_cases import open_doubt
from factually.oversight.rescreening_forms import DoubtForm
from factually.oversight.rescreening_read_models import LONGEST_LIST, gifts_in_doubt
from factually.oversight.timeline import LOOK
from factually.web.access import policy
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("rescreening", __name__, url_prefix="/oversight")
RUNS_SHOWN: Final = 20
_OK: Final = 200
_CONFLICT: Final = 409
_INVALID: Final = 422


@blueprint.get("/doubts")
@policy(AUDITOR)
def doubts() -> str:
    """List the gifts whose money came into doubt after it was taken; no donor is named."""
    context = web_context()
    with context.database.reading() as connection:
        rows = gifts_in_doubt(connection)
        runs = latest_runs(connection, limit=RUNS_SHOWN)
    return render_template(
        "oversight/rescreening_doubts.html",
        rows=rows,
        runs=runs,
        now=context.clock.now(),
        words=wording,
        longest=LONGEST_LIST,
    )


@blueprint.get("/doubts/<public_id>")
@policy(AUDITOR, pii=True, audit=LOOK)
def doubt(public_id: str) -> ResponseReturnValue:
    """Show what speaks against one gift; the look is journalled.

    Raises:
        NotFound: No such gift, or nothing ever spoke against it.
    """
    return _doubt_page(public_id)


@blueprint.post("/doubts/<public_id>")
@policy(AUDITOR, pii=True, audit=LOOK)
def settlement(public_id: str) -> ResponseReturnValue:
    """Keep the money or have it given back, with a reason.

    Raises:
        NotFound: No such gift.
    """
    form = DoubtForm()
    if not form.passes():
        return _doubt_page(public_id, form=form, status=_INVALID)
    context = web_context()
    ruling = DoubtRuling(
        remedy=Remedy(form.remedy.data or ""),
        reason=form.reason.data or "",
        reviewer_id=current_account().id,
        second_from=donations_context().second_person_from,
    )
    try:
        with context.database.transaction() as session:
            settle_doubt(session, public_id, ruling, keyring=context.keyring, now=context.clock.now())
    except Conflict:
        return _doubt_page(public_id, form=form, status=_CONFLICT)
    return redirect(url_for("rescreening.doubt", public_id=public_id), 303)


def _doubt_page(public_id: str, *, form: DoubtForm | None = None, status: int = _OK) -> ResponseReturnValue:
    context = web_context()
    look = Look(actor=current_account().actor, now=context.clock.now())
    with context.database.transaction() as session:
        opened = open_doubt(session, public_id, look, keyring=context.keyring)
    page = render_template(
        "oversight/rescreening_doubt.html",
        doubt=opened,
        taken=Money(opened.gift.captured_minor, opened.gift.currency),
        amount=Money(opened.gift.captured_minor - opened.gift.refunded_minor, opened.gift.currency),
        form=form or DoubtForm(),
        too_late=status == _CONFLICT,
        now=look.now,
        words=wording,
    )
    return page, status
