"""The auditors' pages on reconciliation: what the last run found, and why a difference is as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, url_for

from factually.accounts.roles import AUDITOR
from factually.accounts.signed_in import current_account
from factually.donations.reconciliation.explaining import explain, explained_differences
from factually.donations.reconciliation.reports import latest_report
from factually.foundation.errors import Conflict, NotFound
from factually.foundation.money import decimal_text
from factually.oversight import wording
from factually.oversight.reconciliation_forms import ExplanationForm
from factually.web.access import policy
from factually.web.context import web_context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from factually.donations.reconciliation.differences import Difference

blueprint = Blueprint("reconciliation", __name__, url_prefix="/oversight/reconciliation")
_LONGEST_LIST: Final = 100
_OK: Final = 200
_CONFLICT: Final = 409
_INVALID: Final = 422


@blueprint.get("")
@policy(AUDITOR)
def report() -> str:
    """Show what the last run found, and all that was ever explained; no donor is named."""
    with web_context().database.reading() as connection:
        found = latest_report(connection)
        explained = explained_differences(connection, limit=_LONGEST_LIST)
    return render_template(
        "oversight/reconciliation.html",
        report=found,
        explained=explained,
        words=wording,
        written=decimal_text,
        longest=_LONGEST_LIST,
    )


@blueprint.get("/<kind>/<subject>")
@policy(AUDITOR)
def difference(kind: str, subject: str) -> ResponseReturnValue:
    """Show one difference of the last run, and the form for explaining it.

    Raises:
        NotFound: The last run found no such difference.
    """
    return _difference_page(kind, subject)


@blueprint.post("/<kind>/<subject>")
@policy(AUDITOR)
def explanation(kind: str, subject: str) -> ResponseReturnValue:
    """Keep why a difference is as it should be.

    Raises:
        NotFound: The last run found no such difference.
    """
    form = ExplanationForm()
    if not form.passes():
        return _difference_page(kind, subject, form=form, status=_INVALID)
    context = web_context()
    try:
        with context.database.transaction() as session:
            explain(
                session,
                _as_seen(_difference(session, kind, subject), form.extent.data),
                form.reason.data or "",
                explained_by=current_account().id,
                now=context.clock.now(),
            )
    except Conflict as error:
        return _difference_page(kind, subject, problem=error.message, status=_CONFLICT)
    return redirect(url_for("reconciliation.report"), 303)


def _difference(connection: Connection | Session, kind: str, subject: str) -> Difference:
    found = latest_report(connection)
    for one in () if found is None else found.differences:
        if (one.kind.value, one.subject) == (kind, subject):
            return one
    raise NotFound("The last reconciliation found no such difference.")


def _as_seen(found: Difference, extent: str | None) -> Difference:
    """Refuse to explain what the person has not read: a run may have ended since they opened the page."""
    if found.extent != extent:
        raise Conflict("The amounts have changed since you opened this page. Please look at them again.")
    return found


def _difference_page(
    kind: str,
    subject: str,
    *,
    form: ExplanationForm | None = None,
    problem: str | None = None,
    status: int = _OK,
) -> ResponseReturnValue:
    with web_context().database.reading() as connection:
        found = _difference(connection, kind, subject)
    page = render_template(
        "oversight/reconciliation_difference.html",
        difference=found,
        form=form or ExplanationForm(),
        problem=problem,
        words=wording,
    )
    return page, status
