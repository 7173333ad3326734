"""The operators' page on mail: how many letters went out, wait, or could not be delivered; none is opened."""

from __future__ import annotations

from flask import Blueprint, render_template

from factually.accounts.roles import ADMIN, AUDITOR
from factually.accounts.signed_in import current_account
from factually.mail.queries import LONGEST_LIST, letter_counts, undeliverable_letters
from factually.web.access import policy
from factually.web.context import web_context

blueprint = Blueprint("letters_desk", __name__, url_prefix="/oversight")


@blueprint.get("/letters")
@policy(ADMIN, AUDITOR)
def letters() -> str:
    """Show the counts, and the letters that were given up by their kind; no recipient is named."""
    with web_context().database.reading() as connection:
        counts = letter_counts(connection)
        rows = undeliverable_letters(connection)
    return render_template(
        "oversight/letters.html",
        counts=counts,
        rows=rows,
        longest=LONGEST_LIST,
        has_desk=current_account().role == AUDITOR,
    )
