"""The auditors' pages on disputes: what is due first, one dispute, and our one answer to it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, url_for

from factually.accounts.roles import AUDITOR
from factually.accounts.signed_in import current_account
from factually.donations.context import donations_context, journey_of
from factually.donations.disputes.answering import (
    Answer,
    AnswerSender,
    answer_dispute,
    awaits_answer,
    receipt_text,
)
from factually.foundation.errors import Conflict, Unavailable
from factually.oversight import wording
from factually.oversight.cases import Look
from factually.oversight.dispute_forms import AnswerForm
from factually.oversight.dispute_read_models import LONGEST_LIST, dispute_rows, open_dispute, warning_rows
from factually.oversight.timeline import LOOK
from factually.web.access import policy
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("disputes", __name__, url_prefix="/oversight")
_OK: Final = 200
_CONFLICT: Final = 409
_INVALID: Final = 422


@blueprint.get("/disputes")
@policy(AUDITOR)
def disputes() -> str:
    """List disputes and early fraud warnings, the nearest deadline first; no donor is named."""
    context = web_context()
    with context.database.reading() as connection:
        rows = dispute_rows(connection)
        warnings = warning_rows(connection)
    return render_template(
        "oversight/disputes.html",
        rows=rows,
        warnings=warnings,
        now=context.clock.now(),
        words=wording,
        longest=LONGEST_LIST,
    )


@blueprint.get("/disputes/<dispute_id>")
@policy(AUDITOR, pii=True, audit=LOOK)
def dispute(dispute_id: str) -> ResponseReturnValue:
    """Show one dispute; the look is journalled.

    Raises:
        NotFound: No such dispute.
    """
    return _dispute_page(dispute_id)


@blueprint.post("/disputes/<dispute_id>")
@policy(AUDITOR, pii=True, audit=LOOK)
def answer(dispute_id: str) -> ResponseReturnValue:
    """Answer the bank, once.

    Raises:
        NotFound: No such dispute.
    """
    form = AnswerForm()
    if not form.passes():
        return _dispute_page(dispute_id, form=form, status=_INVALID)
    context = web_context()
    account = current_account()
    written = Answer(text=form.text.data or "", written_by=account.id)
    try:
        with context.database.transaction() as session:
            answer_id = answer_dispute(
                session, dispute_id, written, keyring=context.keyring, now=context.clock.now()
            )
    except Conflict as error:
        return _dispute_page(dispute_id, form=form, problem=error.message, status=_CONFLICT)
    # Without an answer of Stripe's ours still stands, its job is queued, and the page says so.
    with suppress(Unavailable), donations_context().at_stripe.place():
        AnswerSender(journey=journey_of(account.actor), keyring=context.keyring).send(answer_id)
    return redirect(url_for("disputes.dispute", dispute_id=dispute_id), 303)


def _dispute_page(
    dispute_id: str, *, form: AnswerForm | None = None, problem: str | None = None, status: int = _OK
) -> ResponseReturnValue:
    context = web_context()
    look = Look(actor=current_account().actor, now=context.clock.now())
    with context.database.transaction() as session:
        opened = open_dispute(session, dispute_id, look, keyring=context.keyring)
    page = render_template(
        "oversight/dispute.html",
        opened=opened,
        can_answer=awaits_answer(opened.dispute, now=look.now) and not opened.answered,
        receipt=receipt_text(opened.gift),
        form=form or AnswerForm(),
        problem=problem,
        now=look.now,
        words=wording,
    )
    return page, status
