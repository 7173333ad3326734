"""The auditors' pages on refunds: the list, the form, one refund, and the second person's word on it."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, url_for

from factually.accounts.roles import AUDITOR
from factually.accounts.signed_in import current_account
from factually.donations.context import donations_context, journey_of
from factually.donations.queries import gift_by_public_id
from factually.donations.refunds.asking import (
    DISPUTED,
    RefundRequest,
    ask_for_refund,
    bank_has_money,
    judge_refund,
    least_for_second,
    left_to_refund,
)
from factually.donations.refunds.sending import RefundSender
from factually.foundation.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from factually.foundation.money import Money
from factually.oversight import wording
from factually.oversight.cases import Look
from factually.oversight.refund_forms import APPROVE, JudgementForm, RefundForm
from factually.oversight.refund_read_models import LONGEST_LIST, open_refund, refund_rows
from factually.oversight.timeline import LOOK
from factually.web.access import policy
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("refunds", __name__, url_prefix="/oversight")
_OK: Final = 200
_CONFLICT: Final = 409
_INVALID: Final = 422


@blueprint.get("/refunds")
@policy(AUDITOR)
def refunds() -> str:
    """List the refunds, those that wait for a person first; no donor is named."""
    with web_context().database.reading() as connection:
        rows = refund_rows(connection)
    return render_template(
        "oversight/refunds.html", rows=rows, words=wording, longest=LONGEST_LIST, me=current_account().id
    )


@blueprint.get("/gifts/<public_id>/refund")
@policy(AUDITOR)
def ask(public_id: str) -> ResponseReturnValue:
    """Show the form for giving back a gift or a part of it.

    Raises:
        NotFound: No such gift.
    """
    return _form_page(public_id, RefundForm())


@blueprint.post("/gifts/<public_id>/refund")
@policy(AUDITOR)
def request_refund(public_id: str) -> ResponseReturnValue:
    """Write a refund down, and send it unless it needs a second person.

    Raises:
        NotFound: No such gift.
    """
    form = RefundForm()
    if not form.passes():
        return _form_page(public_id, form, status=_INVALID)
    context = web_context()
    try:
        with context.database.transaction() as session:
            gift = gift_by_public_id(session, public_id)
            request = RefundRequest(
                key=uuid.UUID(form.key.data or ""),
                amount=Money.parse(form.amount.data or "", gift.currency),
                reason=form.reason.data or "",
                requested_by=current_account().id,
                second_from=donations_context().second_person_from,
            )
            refund_id = ask_for_refund(
                session, gift.id, request, keyring=context.keyring, now=context.clock.now()
            )
    except InvalidInput as error:
        form.amount.errors = [error.message]
        return _form_page(public_id, form, status=_INVALID)
    except Conflict as error:
        return _form_page(public_id, form, problem=error.message, status=_CONFLICT)
    return _sent(refund_id)


@blueprint.get("/refunds/<refund_id>")
@policy(AUDITOR, pii=True, audit=LOOK)
def refund(refund_id: str) -> ResponseReturnValue:
    """Show one refund with its reason; the look is journalled.

    Raises:
        NotFound: No such refund.
    """
    return _refund_page(_read_id(refund_id))


@blueprint.post("/refunds/<refund_id>")
@policy(AUDITOR, pii=True, audit=LOOK)
def judgement(refund_id: str) -> ResponseReturnValue:
    """Approve or decline a refund that waits for a second person.

    Raises:
        NotFound: No such refund.
    """
    form = JudgementForm()
    id_ = _read_id(refund_id)
    if not form.passes():
        return _refund_page(id_, problem="Choose to approve or to decline.", status=_INVALID)
    context = web_context()
    try:
        with context.database.transaction() as session:
            judge_refund(
                session,
                id_,
                approve=form.judgement.data == APPROVE,
                judged_by=current_account().id,
                now=context.clock.now(),
            )
    except (Conflict, Forbidden) as error:
        return _refund_page(id_, problem=error.message, status=error.status)
    return _sent(id_)


def _read_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound("There is no refund at this address.") from error


def _sent(refund_id: uuid.UUID) -> ResponseReturnValue:
    # Without an answer the refund still stands, its job is queued, and the page says what is awaited.
    with suppress(Unavailable), donations_context().at_stripe.place():
        RefundSender(journey=journey_of(current_account().actor)).send(refund_id)
    return redirect(url_for("refunds.refund", refund_id=refund_id), 303)


def _form_page(
    public_id: str, form: RefundForm, *, problem: str | None = None, status: int = _OK
) -> ResponseReturnValue:
    with web_context().database.transaction() as session:
        gift = gift_by_public_id(session, public_id)
        left = left_to_refund(session, gift)
        disputed = bank_has_money(session, gift)
    second = least_for_second(donations_context().second_person_from, gift.currency)
    page = render_template(
        "oversight/refund_form.html",
        gift=gift,
        form=form,
        left=left,
        taken=Money(gift.captured_minor, gift.currency),
        disputed=DISPUTED if disputed else None,
        problem=problem,
        second=second,
        words=wording,
    )
    return page, status


def _refund_page(
    refund_id: uuid.UUID, *, problem: str | None = None, status: int = _OK
) -> ResponseReturnValue:
    context = web_context()
    account = current_account()
    look = Look(actor=account.actor, now=context.clock.now())
    with context.database.transaction() as session:
        opened = open_refund(session, refund_id, look, keyring=context.keyring)
    page = render_template(
        "oversight/refund.html",
        opened=opened,
        mine=opened.refund.requested_by == account.id,
        problem=problem,
        words=wording,
    )
    return page, status
