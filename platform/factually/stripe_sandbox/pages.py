"""The human pages: what the sandbox holds, the cards to try, and the notice in place of Stripe's portal."""

from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, Response, abort, render_template

from factually.stripe_sandbox import billing_portal, clock, subscriptions
from factually.stripe_sandbox.cards import CARDS
from factually.stripe_sandbox.currencies import written
from factually.stripe_sandbox.events import DELIVERY
from factually.stripe_sandbox.store import Selection, Store

_ROWS: Final = 50
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def pages_blueprint(store: Store) -> Blueprint:
    """Make `/`, `/healthz` and the page that stands for the billing portal."""
    blueprint = Blueprint("pages", __name__)
    pages = _Pages(store)
    blueprint.app_template_filter("moment")(_moment)
    blueprint.app_template_filter("grouped")(_grouped)
    blueprint.get("/healthz")(pages.healthz)
    blueprint.get("/")(pages.overview)
    blueprint.get("/portal/<session_id>")(pages.portal)
    return blueprint


class _Pages:
    def __init__(self, store: Store) -> None:
        self._store = store

    def healthz(self) -> Response:
        with self._store.transaction() as records:
            clock.now(records)
        return Response("ok\n", mimetype="text/plain")

    def overview(self) -> Response:
        newest = Selection(limit=_ROWS)
        with self._store.transaction() as records:
            page = render_template(
                "overview.html",
                now=clock.now(records),
                intents=records.select("payment_intent", newest),
                customers=records.select("customer", newest),
                subscriptions=records.select("subscription", newest),
                events=records.select("event", newest),
                failed=records.select(DELIVERY, Selection(equal={"state": "failed"}, limit=_ROWS)),
                cards=CARDS,
                amount_text=written,
                amount_of=subscriptions.amount,
            )
        return _page(page)

    def portal(self, session_id: str) -> Response:
        with self._store.transaction() as records:
            session = records.find(billing_portal.SESSION, session_id)
        if session is None:
            abort(404)
        return _page(render_template("portal.html", return_url=session["return_url"]))


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, tz=UTC):%Y-%m-%d %H:%M:%S}"


def _grouped(number: str) -> str:
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))


def _page(text: str) -> Response:
    response = Response(text, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _POLICY
    return response
