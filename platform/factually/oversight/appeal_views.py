"""The auditors' pages on appeals: those that wait, and one with its words and its answer."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, url_for

from factually.accounts.roles import AUDITOR
from factually.accounts.signed_in import current_account
from factually.donations.appeals.answering import Answer, answer_appeal
from factually.donations.appeals.queries import LONGEST_LIST, open_appeals
from factually.donations.appeals.terms import Finding
from factually.donations.context import donations_context, journey_of
from factually.foundation.errors import Conflict, Unavailable
from factually.foundation.money import Money
from factually.oversight import wording
from factually.oversight.appeal_cases import open_appeal
from factually.oversight.appeal_forms import AnswerForm
from factually.oversight.cases import Look
from factually.oversight.timeline import LOOK
from factually.web.access import policy
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("appeals_desk", __name__, url_prefix="/oversight")
_OK: Final = 200
_CONFLICT: Final = 409
_INVALID: Final = 422


@blueprint.get("/appeals")
@policy(AUDITOR)
def appeals() -> str:
    """List the appeals that wait, the most urgent first; no donor is named and no statement opened."""
    context = web_context()
    with context.database.reading() as connection:
        rows = open_appeals(connection)
    return render_template(
        "oversight/appeals.html", rows=rows, now=context.clock.now(), words=wording, longest=LONGEST_LIST
    )


@blueprint.get("/appeals/<public_id>")
@policy(AUDITOR, pii=True, audit=LOOK)
def appeal(public_id: str) -> ResponseReturnValue:
    """Show a gift's appeals with the donor's words; the look is journalled.

    Raises:
        NotFound: No such gift, or it was never contested.
    """
    return _appeal_page(public_id)


@blueprint.post("/appeals/<public_id>")
@policy(AUDITOR, pii=True, audit=LOOK)
def answer(public_id: str) -> ResponseReturnValue:
    """Answer the open appeal, then capture or cancel where a hold stands.

    Raises:
        NotFound: No such gift, or it was never contested.
        Forbidden: Whoever answers has judged the gift before.
    """
    form = AnswerForm()
    if not form.passes():
        return _appeal_page(public_id, form=form, status=_INVALID)
    context = web_context()
    account = current_account()
    given = Answer(
        finding=Finding(form.finding.data or ""), reason=form.reason.data or "", reviewer_id=account.id
    )
    try:
        with context.database.transaction() as session:
            gift_id = answer_appeal(
                session, public_id, given, post=donations_context().post, now=context.clock.now()
            )
    except Conflict:
        return _appeal_page(public_id, form=form, status=_CONFLICT)
    # Without an answer of the provider ours still stands, and the queued job does what follows.
    with suppress(Unavailable), donations_context().at_stripe.place():
        journey_of(account.actor).settle(gift_id)
    return redirect(url_for("appeals_desk.appeal", public_id=public_id), 303)


def _appeal_page(public_id: str, *, form: AnswerForm | None = None, status: int = _OK) -> ResponseReturnValue:
    context = web_context()
    look = Look(actor=current_account().actor, now=context.clock.now())
    with context.database.transaction() as session:
        opened = open_appeal(session, public_id, look, keyring=context.keyring)
    page = render_template(
        "oversight/appeal.html",
        file=opened,
        amount=Money(opened.gift.amount_minor, opened.gift.currency),
        form=form or AnswerForm(),
        too_late=status == _CONFLICT,
        now=look.now,
        words=wording,
    )
    return page, status
