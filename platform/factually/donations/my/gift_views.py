"""A donor's gifts, what became of each, and their receipts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for

from factually.donations.context import donations_context
from factually.donations.donor_records import open_donor
from factually.donations.monthly.queries import monthlies_of
from factually.donations.my.anonymity import Wish, can_change, change_anonymity
from factually.donations.my.documents import Issuer, statement_pdf
from factually.donations.my.forms import NamingForm, PeriodForm
from factually.donations.my.gifts import contributions_of, gift_of, gifts_of, own_gift
from factually.donations.my.signed_in import current_donor
from factually.donations.my.statements import receipt, statement
from factually.donations.policy_limits import limits_in_force
from factually.donations.wording import refusal_of
from factually.foundation.errors import InvalidInput, NotFound
from factually.foundation.money import Money
from factually.web.access import DONOR, policy
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from factually.donations.my.gifts import OwnGift
    from factually.donations.my.statements import Statement

blueprint = Blueprint("my_gifts", __name__, url_prefix="/my")
_UNPROCESSABLE: Final = 422


@blueprint.get("/gifts")
@policy(DONOR, pii=True)
def gifts() -> ResponseReturnValue:
    """List all gifts of the address, and offer statements."""
    return _overview(PeriodForm())


@blueprint.get("/gifts/<public_id>")
@policy(DONOR, pii=True)
def gift(public_id: str) -> ResponseReturnValue:
    """Show one gift: the decision on it, what happened, its receipt, and whether its donor may be named.

    Raises:
        NotFound: Not a gift of this donor.
    """
    return _gift_page(_own(public_id), NamingForm())


@blueprint.post("/gifts/<public_id>/naming")
@policy(DONOR, pii=True)
def naming(public_id: str) -> ResponseReturnValue:
    """Name the donor of this gift from now on, or no longer.

    Raises:
        NotFound: Not a gift of this donor.
        Conflict: The gift is not taken, or the policy names whoever gives that much.
    """
    form = NamingForm()
    if not form.passes():
        return _gift_page(_own(public_id), form), _UNPROCESSABLE
    web = web_context()
    wish = Wish(public_id, anonymous=form.anonymous.data == "yes")
    with web.database.transaction() as session:
        change_anonymity(session, wish, donor=current_donor(), keyring=web.keyring, now=web.clock.now())
    return redirect(url_for("my_gifts.gift", public_id=public_id), 303)


@blueprint.get("/gifts/<public_id>/receipt.pdf")
@policy(DONOR, pii=True)
def receipt_file(public_id: str) -> ResponseReturnValue:
    """Send the receipt for one gift.

    Raises:
        NotFound: Not a gift of this donor, or its money was never taken.
    """
    web = web_context()
    with web.database.transaction() as session:
        found = gift_of(session, current_donor().email_index, public_id)
        contributions, as_of = contributions_of(session, [found], keyring=web.keyring)
    if as_of is None:
        raise NotFound("There is no receipt: no money was taken for this gift.")
    return _pdf(receipt(contributions[0], as_of=as_of), f"receipt-{contributions[0].number}.pdf")


@blueprint.get("/statement.pdf")
@policy(DONOR, pii=True)
def statement_file() -> ResponseReturnValue:
    """Send the statement for a period, `first` and `last` day counted, or for a whole `year`.

    Raises:
        InvalidInput: A day or year is none.
    """
    form = _period_form()
    period = form.period if form.validate() else None
    if period is None:
        return _overview(form), _UNPROCESSABLE
    first, last = period
    web = web_context()
    with web.database.transaction() as session:
        found = gifts_of(session, current_donor().email_index)
        contributions, as_of = contributions_of(session, found, keyring=web.keyring)
    made = statement(contributions, period=period, as_of=as_of or web.clock.now().date())
    return _pdf(made, f"gifts-{first}-{last}.pdf")


def _period_form() -> PeriodForm:
    year = request.args.get("year")
    if year is None:
        return PeriodForm(formdata=request.args)
    try:
        whole = {"first": date(int(year), 1, 1), "last": date(int(year), 12, 31)}
    except (ValueError, OverflowError) as error:
        raise InvalidInput("Choose a year such as 2026.", field="year") from error
    return PeriodForm(data=whole)


def _own(public_id: str) -> OwnGift:
    web = web_context()
    with web.database.transaction() as session:
        found = gift_of(session, current_donor().email_index, public_id)
        return own_gift(session, found, keyring=web.keyring)


def _gift_page(own: OwnGift, form: NamingForm) -> str:
    web = web_context()
    with web.database.reading() as connection:
        limits = limits_in_force(connection, web.clock.now()).in_currency(own.gift.currency)
    if form.anonymous.data is None:
        form.anonymous.data = "yes" if own.gift.anonymous else "no"
    return render_template(
        "my/gift.html",
        own=own,
        refusal=refusal_of(own.gift),
        form=form,
        limits=limits,
        can_change=can_change(own.gift),
    )


def _overview(form: PeriodForm) -> str:
    web = web_context()
    with web.database.transaction() as session:
        found = gifts_of(session, current_donor().email_index)
        donor = open_donor(found[0], keyring=web.keyring) if found else None
        contributions, _ = contributions_of(session, found, keyring=web.keyring)
        monthlies = [
            (monthly, Money(monthly.amount_minor, monthly.currency))
            for monthly in monthlies_of(session, current_donor().email_index)
        ]
    years = sorted({contribution.day.year for contribution in contributions}, reverse=True)
    rows = [(gift, Money(gift.amount_minor, gift.currency)) for gift in found]
    return render_template(
        "my/gifts.html", gifts=rows, monthlies=monthlies, donor=donor, years=years, form=form
    )


def _pdf(document: Statement, name: str) -> Response:
    web = web_context()
    issuer = Issuer(
        name=web.site.name,
        address=web.site.base_url,
        contact=web.site.contact,
        sandbox=donations_context().sandbox,
    )
    response = Response(statement_pdf(document, issuer=issuer), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
