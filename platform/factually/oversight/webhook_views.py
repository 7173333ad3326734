"""The operators' page on Stripe's events: what waits, what is damaged, what speaks another version."""

from __future__ import annotations

from flask import Blueprint, render_template

from factually.accounts.roles import ADMIN, AUDITOR
from factually.donations.card_testing.turns import recent_answers
from factually.oversight.webhook_read_models import LONGEST_LIST, read_inbox
from factually.web.access import policy
from factually.web.context import web_context

blueprint = Blueprint("payment_events", __name__, url_prefix="/oversight")


@blueprint.get("/webhooks")
@policy(ADMIN, AUDITOR)
def inbox() -> str:
    """Show how the inbox of events is, and whether banks decline most cards; no donor or gift is named."""
    context = web_context()
    now = context.clock.now()
    with context.database.reading() as connection:
        found = read_inbox(connection, now=now)
        cards = recent_answers(connection, now=now)
    return render_template("oversight/webhooks.html", inbox=found, cards=cards, longest=LONGEST_LIST)
