"""The page behind the signed link: what stands against a gift, the form to contest it, and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, url_for

from factually.donations.appeals.filing import file_appeal, may_contest
from factually.donations.appeals.forms import AppealForm
from factually.donations.appeals.links import appeal_path, read_link
from factually.donations.appeals.queries import appeals_of
from factually.donations.appeals.terms import ANSWER_DAYS, LONGEST_STATEMENT, contest_until
from factually.donations.queries import gift_by_public_id
from factually.donations.wording import refusal_of
from factually.foundation.errors import Conflict
from factually.foundation.money import Money
from factually.web.access import ANYONE, policy
from factually.web.context import web_context
from factually.web.rate_limits import rate_limit

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from factually.donations.models import Gift

blueprint = Blueprint("appeals", __name__, url_prefix="/appeals")
_OK: Final = 200
_CONFLICT: Final = 409
_GONE: Final = 410
_INVALID: Final = 422


@blueprint.app_context_processor
def offer_link() -> dict[str, object]:
    """Give the gift's page what its section on contesting needs."""

    def contest_path(gift: Gift) -> str:
        return appeal_path(gift, keyring=web_context().keyring)

    return {"contest_path": contest_path, "contest_until": contest_until, "answer_days": ANSWER_DAYS}


@blueprint.get("/<public_id>/<token>")
@policy(ANYONE)
def show(public_id: str, token: str) -> ResponseReturnValue:
    """Show the decision and the form, or where the appeal stands.

    Raises:
        NotFound: The link is not one of ours.
    """
    return _page(public_id, token)


@blueprint.post("/<public_id>/<token>")
@policy(ANYONE, pii=True)
@rate_limit("10 per minute", "30 per day")
def contest(public_id: str, token: str) -> ResponseReturnValue:
    """File the appeal, once: a second click finds it filed.

    Raises:
        NotFound: The link is not one of ours.
    """
    context = web_context()
    now = context.clock.now()
    if read_link(public_id, token, keyring=context.keyring).has_expired(now):
        return _page(public_id, token)
    form = AppealForm()
    if not form.passes():
        return _page(public_id, token, form=form, status=_INVALID)
    try:
        with context.database.transaction() as session:
            file_appeal(session, public_id, form.statement.data or "", keyring=context.keyring, now=now)
    except Conflict:
        return _page(public_id, token, status=_CONFLICT)
    return redirect(url_for("appeals.show", public_id=public_id, token=token), 303)


def _page(
    public_id: str, token: str, *, form: AppealForm | None = None, status: int = _OK
) -> ResponseReturnValue:
    context = web_context()
    now = context.clock.now()
    link = read_link(public_id, token, keyring=context.keyring)
    with context.database.transaction() as session:
        gift = gift_by_public_id(session, public_id)
        appeals = appeals_of(session, gift.id)
    expired = link.has_expired(now)
    page = render_template(
        "appeals/contest.html",
        gift=gift,
        amount=Money(gift.amount_minor, gift.currency),
        refusal=refusal_of(gift),
        latest=appeals[-1] if appeals else None,
        open_to_contest=may_contest(gift, appeals) and not expired,
        expired=expired,
        until=link.expires_at,
        form=form or AppealForm(),
        longest=LONGEST_STATEMENT,
    )
    return page, _GONE if expired else status
