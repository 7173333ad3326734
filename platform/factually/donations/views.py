"""The donor's pages: the form with its three server steps, and the page of one gift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, jsonify, render_template, request, url_for

from factually.audit.journal import Actor
from factually.donations.card_testing.checks import check_form, work_wanted
from factually.donations.card_testing.form_tokens import new_form_token
from factually.donations.context import donations_context, journey_of
from factually.donations.conversion import DOLLARS
from factually.donations.currencies import ACCEPTED
from factually.donations.forms import ConfirmForm, DonateForm, preset_form
from factually.donations.giving import pledge
from factually.donations.lifecycle import GiftState
from factually.donations.policy_limits import limits_in_force
from factually.donations.progress import Step
from factually.donations.queries import gift_by_public_id
from factually.donations.wording import decline_sentence, refusal_of
from factually.foundation.errors import TooManyRequests, Unavailable
from factually.foundation.money import Money, currency_sign
from factually.independence.rules.stating import PASS_THROUGH
from factually.web.access import ANYONE, policy
from factually.web.context import web_context
from factually.web.rate_limits import rate_limit, within_limits
from factually.web.security_headers import widen_csp

if TYPE_CHECKING:
    from flask import Response

    from factually.donations.models import Gift
    from factually.donations.standing import Standing

blueprint = Blueprint("donations", __name__)
_OK: Final = 200
_CREATED: Final = 201
_ACCEPTED: Final = 202
_DECLINED: Final = 402
_REFUSED: Final = 422
_LOOKS: Final = "60 per minute"
"""Looks at Stripe for one gift; its own page and script look every two seconds."""


@blueprint.get("/donate")
@policy(ANYONE, pii=True)
def donate() -> str:
    """Show the form; `amount`, `currency` and `from` may fill it in, `details=all` asks all of any amount.

    With the two pages about a monthly gift's card the only one that loads the payment script.
    """
    donations = donations_context()
    widen_csp(**donations.content_sources)
    ask_all = request.args.get("details") == "all"
    web = web_context()
    currency = ACCEPTED.get(request.args.get("currency", DOLLARS), ACCEPTED[DOLLARS])
    with web.database.reading() as connection:
        limits = limits_in_force(connection, web.clock.now()).in_currency(currency.code)
    form = preset_form(request.args.get("amount"), request.args.get("from"), currency)
    form.name_limits(limits)
    return render_template(
        "donations/donate.html",
        form=form,
        form_token=new_form_token(keyring=web.keyring, now=web.clock.now()),
        donations=donations,
        currency=currency,
        currencies=ACCEPTED.values(),
        sign=currency_sign(currency.code),
        limits=limits,
        ask_all=ask_all,
        passing_on=sorted(PASS_THROUGH),
    )


@blueprint.post("/donate")
@policy(ANYONE, pii=True)
@rate_limit("20 per minute", "60 per hour")
def promise() -> tuple[Response, int]:
    """Keep the filled-in form; the script then asks Stripe for a card token and confirms.

    Raises:
        InvalidInput: Names the field at fault.
        Conflict: The form's key was used with other contents.
    """
    web = web_context()
    form = DonateForm().pledge()
    check_form()
    with web.database.transaction() as session:
        gift = pledge(session, form, keyring=web.keyring, step=Step(Actor("donor", "form"), web.clock.now()))
    if gift.state == GiftState.REFUSED.value:
        return _refused(gift)
    return jsonify(
        {
            "public_id": gift.public_id,
            "amount": gift.amount_minor,
            "currency": gift.currency.lower(),
            "confirm_url": url_for("donations.confirm", public_id=gift.public_id),
            "settle_url": url_for("donations.settle", public_id=gift.public_id),
        }
    ), _CREATED


@blueprint.post("/donate/<public_id>/confirm")
@policy(ANYONE)
@rate_limit("20 per minute", "120 per hour")
def confirm(public_id: str) -> tuple[Response, int]:
    """Try the card behind a confirmation token on the gift.

    Raises:
        InvalidInput: No usable token.
        NotFound: No such gift.
        TooManyRequests: The card has to wait for its turn, or the gift has had its last card.
        Unavailable: The payment provider did not answer, or too many wait for it; nothing was charged.
    """
    token = ConfirmForm().token()
    unsolved = work_wanted(public_id, token)
    if unsolved is not None:
        return unsolved
    with donations_context().at_stripe.place():
        return _answer(journey_of(Actor("donor", public_id)).confirm(public_id, token))


@blueprint.post("/donate/<public_id>/settle")
@policy(ANYONE)
def settle(public_id: str) -> tuple[Response, int]:
    """Look again, after the donor confirmed with the bank or while an answer is awaited.

    Raises:
        NotFound: No such gift.
        TooManyRequests: Looked at again and again.
        Unavailable: The payment provider did not answer.
    """
    return _answer(_look_again(public_id))


@blueprint.get("/donate/<public_id>")
@policy(ANYONE)
def show(public_id: str) -> str:
    """Show where a gift stands: taken, held, released, refused, or waiting.

    Raises:
        NotFound: No such gift.
    """
    try:
        standing = _look_again(public_id)
    except (TooManyRequests, Unavailable):
        standing = None
    with web_context().database.transaction() as session:
        gift = gift_by_public_id(session, public_id)
    return render_template(
        "donations/gift.html",
        gift=gift,
        standing=standing,
        amount=Money(gift.amount_minor, gift.currency),
        returned=Money(gift.refunded_minor, gift.currency),
        fee_cover=Money(gift.fee_cover_minor, gift.currency),
        refusal=refusal_of(gift),
        decline=decline_sentence(None if standing is None else standing.decline_code),
        donations=donations_context(),
    )


def _look_again(public_id: str) -> Standing:
    with web_context().database.transaction() as session:
        gift_id = gift_by_public_id(session, public_id).id
    if not within_limits("look at a gift", public_id, _LOOKS):
        raise TooManyRequests("Please wait a moment before you look again.", retry_after=60)
    with donations_context().at_stripe.place():
        return journey_of(Actor("donor", public_id)).settle(gift_id)


def _answer(standing: Standing) -> tuple[Response, int]:
    gift = standing.gift
    if standing.state is GiftState.REFUSED:
        return _refused(gift)
    if standing.client_secret is not None:
        return jsonify({"status": "requires_action", "client_secret": standing.client_secret}), _OK
    if standing.wants_card:
        sentence = decline_sentence(standing.decline_code)
        error = {"code": "card_declined", "message": sentence, "field": "card"}
        return jsonify({"error": error}), _DECLINED
    if standing.waiting or standing.state in {GiftState.AUTHORISING, GiftState.AUTHORISED}:
        return jsonify({"status": "processing"}), _ACCEPTED
    return jsonify({"status": gift.state, "url": url_for("donations.show", public_id=gift.public_id)}), _OK


def _refused(gift: Gift) -> tuple[Response, int]:
    refusal = refusal_of(gift)
    return jsonify(
        {
            "decision": "refuse",
            "rule_id": refusal.rule_id,
            "policy_version": refusal.policy_version,
            "reason_text": refusal.reason,
            "charged": False,
            "appeal_url": f"{url_for('donations.show', public_id=gift.public_id)}#contest",
            "case_ref": gift.public_id[:8],
            "url": url_for("donations.show", public_id=gift.public_id),
        }
    ), _REFUSED
