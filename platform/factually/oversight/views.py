"""The auditors' pages: the queue, the list, one case, the decision on it, and the look at its donor."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from factually.accounts.roles import AUDITOR
from factually.accounts.signed_in import current_account
from factually.donations.card_testing.turns import recent_answers
from factually.donations.context import donations_context, journey_of
from factually.donations.pledges import ATTESTATION, ATTESTATION_VERSION
from factually.donations.reviewing import Ruling, review_gift
from factually.foundation.errors import Conflict, Unavailable
from factually.foundation.money import Money
from factually.independence.results import Verdict
from factually.oversight import wording
from factually.oversight.cases import Look, open_case
from factually.oversight.filters import read_filter
from factually.oversight.forms import DecisionForm, DonorLookForm
from factually.oversight.read_models import QUEUE_LENGTH, gifts_page, held_gifts
from factually.oversight.timeline import DONOR_LOOK, LOOK
from factually.web.access import policy
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("oversight", __name__, url_prefix="/oversight")
_OK: Final = 200
_CONFLICT: Final = 409
_INVALID: Final = 422


@blueprint.get("/")
@policy(AUDITOR)
def queue() -> str:
    """Show the gifts that wait for a person, the nearest deadline first; no donor is named."""
    context = web_context()
    now = context.clock.now()
    with context.database.reading() as connection:
        rows = held_gifts(connection)
        cards = recent_answers(connection, now=now)
    return render_template(
        "oversight/queue.html", rows=rows, cards=cards, now=now, words=wording, longest=QUEUE_LENGTH
    )


@blueprint.get("/gifts")
@policy(AUDITOR)
def gifts() -> str:
    """List all gifts, newest first; no donor is named.

    Raises:
        InvalidInput: A filter or the cursor is outside its grammar; nothing is listed.
    """
    wanted = read_filter(request.args.to_dict(flat=False))
    with web_context().database.reading() as connection:
        page = gifts_page(connection, wanted)
    return render_template("oversight/gifts.html", page=page, wanted=wanted, words=wording)


@blueprint.get("/gifts/<public_id>")
@policy(AUDITOR, pii=True, audit=LOOK)
def gift(public_id: str) -> ResponseReturnValue:
    """Show one case with its evidence; the look is journalled.

    Raises:
        NotFound: No such gift.
    """
    return _case_page(public_id)


@blueprint.post("/gifts/<public_id>/donor")
@policy(AUDITOR, pii=True, audit=DONOR_LOOK)
def donor(public_id: str) -> ResponseReturnValue:
    """Show one case with its donor's record open; the look and its reason are journalled.

    Raises:
        NotFound: No such gift.
    """
    form = DonorLookForm()
    if not form.passes():
        return _case_page(public_id, look_form=form, status=_INVALID)
    return _case_page(public_id, donor_reason=form.look_reason.data)


@blueprint.post("/gifts/<public_id>/decision")
@policy(AUDITOR, pii=True, audit=LOOK)
def decision(public_id: str) -> ResponseReturnValue:
    """Accept or refuse a held gift, then capture or cancel, and show what came of it.

    Raises:
        NotFound: No such gift.
    """
    form = DecisionForm()
    if not form.passes():
        return _case_page(public_id, form=form, status=_INVALID)
    context = web_context()
    account = current_account()
    ruling = Ruling(
        verdict=Verdict(form.verdict.data or ""), reason=form.reason.data or "", reviewer_id=account.id
    )
    try:
        with context.database.transaction() as session:
            gift_id = review_gift(
                session, public_id, ruling, keyring=context.keyring, now=context.clock.now()
            )
    except Conflict:
        return _case_page(public_id, form=form, status=_CONFLICT)
    # Without an answer the decision still stands, its job is queued, and the case says what is awaited.
    with suppress(Unavailable), donations_context().at_stripe.place():
        journey_of(account.actor).settle(gift_id)
    return redirect(url_for("oversight.gift", public_id=public_id), 303)


def _case_page(
    public_id: str,
    *,
    form: DecisionForm | None = None,
    look_form: DonorLookForm | None = None,
    donor_reason: str | None = None,
    status: int = _OK,
) -> ResponseReturnValue:
    context = web_context()
    look = Look(actor=current_account().actor, now=context.clock.now(), donor_reason=donor_reason)
    with context.database.transaction() as session:
        case = open_case(session, public_id, look, keyring=context.keyring)
    page = render_template(
        "oversight/case.html",
        case=case,
        amount=Money(case.gift.amount_minor, case.gift.currency),
        fee_cover=Money(case.gift.fee_cover_minor, case.gift.currency),
        returned=Money(case.gift.refunded_minor, case.gift.currency),
        attestation=ATTESTATION if case.gift.attestation_version == ATTESTATION_VERSION else None,
        form=form or DecisionForm(),
        look_form=look_form or DonorLookForm(),
        too_late=status == _CONFLICT,
        now=look.now,
        words=wording,
    )
    return page, status
