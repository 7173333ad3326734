"""The human page: what the sandbox holds, and the cards to try."""

from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, Response, render_template

from factually.stripe_sandbox import clock
from factually.stripe_sandbox.cards import CARDS
from factually.stripe_sandbox.currencies import written
from factually.stripe_sandbox.events import DELIVERY
from factually.stripe_sandbox.store import Selection, Store

_ROWS: Final = 50
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def pages_blueprint(store: Store) -> Blueprint:
    """Make `/` and `/healthz`."""
    blueprint = Blueprint("pages", __name__)

    @blueprint.app_template_filter("moment")
    def moment(seconds: int) -> str:
        return f"{datetime.fromtimestamp(seconds, tz=UTC):%Y-%m-%d %H:%M:%S}"

    @blueprint.app_template_filter("grouped")
    def grouped(number: str) -> str:
        return " ".join(number[place : place + 4] for place in range(0, len(number), 4))

    @blueprint.get("/healthz")
    def healthz() -> Response:
        with store.transaction() as records:
            clock.now(records)
        return Response("ok\n", mimetype="text/plain")

    @blueprint.get("/")
    def overview() -> Response:
        newest = Selection(limit=_ROWS)
        with store.transaction() as records:
            page = render_template(
                "overview.html",
                now=clock.now(records),
                intents=records.select("payment_intent", newest),
                customers=records.select("customer", newest),
                events=records.select("event", newest),
                failed=records.select(DELIVERY, Selection(equal={"state": "failed"}, limit=_ROWS)),
                cards=CARDS,
                amount_text=written,
            )
        response = Response(page, mimetype="text/html")
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    return blueprint
