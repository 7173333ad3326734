"""What a monthly gift's pages show and do, whichever door was used: a donor's own pages or a mailed link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import jsonify, redirect, render_template, url_for

from factually.donations.card_testing.checks import work_wanted
from factually.donations.context import donations_context, journey_of
from factually.donations.currencies import check_amount
from factually.donations.forms import ConfirmForm
from factually.donations.monthly.cards import CardChange
from factually.donations.monthly.changing import cancel, change_amount, pause, resume
from factually.donations.monthly.forms import AmountForm, ButtonForm
from factually.donations.monthly.letters import latest_month
from factually.donations.monthly.queries import record_of
from factually.donations.monthly.suspending import open_months
from factually.donations.policy_limits import limits_in_force
from factually.donations.progress import Step
from factually.donations.wording import decline_sentence
from factually.foundation.errors import InvalidInput
from factually.foundation.money import Money
from factually.web.context import web_context
from factually.web.security_headers import widen_csp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue

    from factually.audit.journal import Actor
    from factually.donations.monthly.cards import CardStanding
    from factually.donations.monthly.models import MonthlyGift
    from factually.donations.monthly.queries import MonthlyRecord

_DECLINED: Final = 402
_UNPROCESSABLE: Final = 422


@dataclass(frozen=True, kw_only=True)
class Door:
    """How somebody came to a monthly gift.

    Attributes:
        monthly: The monthly gift that they may steer.
        actor: Who they are in the journal.
        where: The parts of the address, for links to its other pages.
        signed_in: Whether it is a donor's own page, with the way to their gifts.
    """

    monthly: MonthlyGift
    actor: Actor
    where: Mapping[str, Any]
    signed_in: bool

    def path(self, page: str) -> str:
        """Return the address of another page behind the same door."""
        return url_for(f".{page}", **self.where)


def show(door: Door) -> ResponseReturnValue:
    """Show where a monthly gift stands, its months, and what can be done with it."""
    return _page(door, AmountForm())


def pause_it(door: Door) -> ResponseReturnValue:
    """Pause it; a second click changes nothing."""
    return _change(door, pause)


def resume_it(door: Door) -> ResponseReturnValue:
    """Resume it; a second click changes nothing."""
    return _change(door, resume)


def set_amount(door: Door) -> ResponseReturnValue:
    """Change what the next month is charged; the page says what is wrong with an amount."""
    form = AmountForm()
    if not form.passes():
        return _page(door, form), _UNPROCESSABLE
    try:
        amount = Money.parse(form.amount.data or "", door.monthly.currency)
        check_amount(amount)
        _check_details(door, amount)
    except InvalidInput as error:
        form.amount.errors = [error.message]
        return _page(door, form), _UNPROCESSABLE
    web = web_context()
    with web.database.transaction() as session:
        change_amount(session, door.monthly.id, amount, post=donations_context().post, step=_step(door))
    return redirect(door.path("show"), 303)


def confirm_cancel(door: Door) -> ResponseReturnValue:
    """Ask once more: the first of two clicks."""
    return render_template("monthly/cancel.html", door=door, record=_record(door), form=ButtonForm())


def cancel_it(door: Door) -> ResponseReturnValue:
    """Cancel it: the second click; a third changes nothing."""
    return _change(door, cancel)


def card(door: Door) -> ResponseReturnValue:
    """Take another card, typed into the payment provider's frame."""
    return _payment_page("monthly/card.html", door)


def confirm_card(door: Door) -> ResponseReturnValue:
    """Save the card behind a confirmation token, once its small sum is solved, as for a gift's card."""
    token = ConfirmForm().token()
    unsolved = work_wanted(door.monthly.public_id, token)
    if unsolved is not None:
        return unsolved
    with donations_context().at_stripe.place():
        return _answer(door, CardChange(journey=journey_of(door.actor)).confirm(door.monthly.id, token))


def settle_card(door: Door) -> ResponseReturnValue:
    """Look again, after the card's owner confirmed with the bank."""
    with donations_context().at_stripe.place():
        return _answer(door, CardChange(journey=journey_of(door.actor)).look_again(door.monthly.id))


def bank(door: Door) -> ResponseReturnValue:
    """Let the donor answer their bank's question about a month that is not paid yet."""
    return _payment_page("monthly/bank.html", door)


def settle_bank(door: Door) -> ResponseReturnValue:
    """Look at the months that are not taken yet, before and after the donor answered their bank."""
    with web_context().database.transaction() as session:
        months = open_months(session, door.monthly.id)
    with donations_context().at_stripe.place():
        for month in months:
            standing = journey_of(door.actor).settle(month)
            if standing.client_secret is not None:
                return _ask_bank(standing.client_secret)
    return jsonify({"status": "settled", "url": door.path("show")})


def _payment_page(template: str, door: Door) -> str:
    """Render one of the pages that load the payment script; the donation form is the only other one."""
    donations = donations_context()
    widen_csp(**donations.content_sources)
    return render_template(template, door=door, record=_record(door), form=ConfirmForm(), donations=donations)


def _ask_bank(client_secret: str) -> ResponseReturnValue:
    return jsonify({"status": "requires_action", "client_secret": client_secret})


def _answer(door: Door, standing: CardStanding) -> ResponseReturnValue:
    if standing.saved:
        return jsonify({"status": "saved", "url": door.path("show")})
    if standing.client_secret is not None:
        return _ask_bank(standing.client_secret)
    error = {"code": "card_declined", "message": decline_sentence(standing.decline_code), "field": "card"}
    return jsonify({"error": error}), _DECLINED


def _change(door: Door, change: Callable[..., None]) -> ResponseReturnValue:
    if not ButtonForm().passes():
        return _page(door, AmountForm()), _UNPROCESSABLE
    with web_context().database.transaction() as session:
        change(session, door.monthly.id, post=donations_context().post, step=_step(door))
    return redirect(door.path("show"), 303)


def _page(door: Door, form: AmountForm) -> str:
    return render_template("monthly/show.html", door=door, record=_record(door), form=form)


def _record(door: Door) -> MonthlyRecord:
    with web_context().database.transaction() as session:
        return record_of(session, door.monthly)


def _check_details(door: Door, amount: Money) -> None:
    """Ask for a new form where the policy wants details with this amount that the first one came without."""
    web = web_context()
    with web.database.reading() as connection:
        limit = limits_in_force(connection, web.clock.now()).in_currency(amount.currency).address_above
    with web.database.transaction() as session:
        has_address = latest_month(session, door.monthly.id).postal_address is not None
    if amount > limit and not has_address:
        raise InvalidInput(
            f"Above {limit} we need your postal address. Please begin anew with the form, and cancel here."
        )


def _step(door: Door) -> Step:
    return Step(door.actor, web_context().clock.now())
