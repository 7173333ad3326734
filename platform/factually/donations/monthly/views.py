"""The two doors to a monthly gift: its donor's own pages, and a letter's signed link without an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint

from factually.audit.journal import Actor
from factually.donations.monthly import pages
from factually.donations.monthly.links import check_link
from factually.donations.monthly.pages import Door
from factually.donations.monthly.queries import monthly_by_public_id, own_monthly
from factually.donations.my.signed_in import current_donor
from factually.web.access import ANYONE, DONOR, policy
from factually.web.context import web_context
from factually.web.rate_limits import rate_limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

_CHANGES: Final = ("20 per minute", "60 per hour")


@dataclass(frozen=True, slots=True)
class _Page:
    """One page behind a door: its address, what it does, and how often a connection may ask for it."""

    rule: str
    name: str
    answer: Callable[[Door], ResponseReturnValue]
    method: str = "GET"
    limits: tuple[str, ...] = ()


_PAGES: Final = (
    _Page("", "show", pages.show),
    _Page("/pause", "pause", pages.pause_it, "POST", _CHANGES),
    _Page("/resume", "resume", pages.resume_it, "POST", _CHANGES),
    _Page("/amount", "amount", pages.set_amount, "POST", _CHANGES),
    _Page("/cancel", "confirm_cancel", pages.confirm_cancel),
    _Page("/cancel", "cancel", pages.cancel_it, "POST", _CHANGES),
    _Page("/card", "card", pages.card),
    _Page("/card/confirm", "confirm_card", pages.confirm_card, "POST", _CHANGES),
    _Page("/card/settle", "settle_card", pages.settle_card, "POST"),
    _Page("/bank", "bank", pages.bank),
    _Page("/bank", "settle_bank", pages.settle_bank, "POST", _CHANGES),
)


def _own(public_id: str) -> Door:
    donor = current_donor()
    with web_context().database.transaction() as session:
        monthly = own_monthly(session, donor.email_index, public_id)
    return Door(monthly=monthly, actor=donor.actor, where={"public_id": public_id}, signed_in=True)


def _by_link(public_id: str, token: str) -> Door:
    web = web_context()
    check_link(public_id, token, keyring=web.keyring, now=web.clock.now())
    with web.database.transaction() as session:
        monthly = monthly_by_public_id(session, public_id)
    where = {"public_id": public_id, "token": token}
    return Door(monthly=monthly, actor=Actor("donor", public_id), where=where, signed_in=False)


def _blueprint(name: str, prefix: str, role: str, enter: Callable[..., Door]) -> Blueprint:
    """Put all pages behind one door."""
    made = Blueprint(name, __name__, url_prefix=prefix)
    for page in _PAGES:
        made.add_url_rule(page.rule, page.name, _view(page, role, enter), methods=[page.method])
    return made


def _view(page: _Page, role: str, enter: Callable[..., Door]) -> Callable[..., ResponseReturnValue]:
    @policy(role)
    @rate_limit(*page.limits)
    def view(**where: str) -> ResponseReturnValue:
        return page.answer(enter(**where))

    return view


own_blueprint = _blueprint("my_monthly", "/my/monthly/<public_id>", DONOR, _own)
link_blueprint = _blueprint("monthly", "/monthly/<public_id>/<token>", ANYONE, _by_link)
