"""What the browser is given: the Stripe.js stand-in, its card and bank frames, and what they send."""

from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, jsonify, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue

from factually.stripe_sandbox import clock, paying, payment_intents, setting_up, setup_intents
from factually.stripe_sandbox.confirmation_tokens import CardEntry, TokenFacts, create
from factually.stripe_sandbox.currencies import written
from factually.stripe_sandbox.errors import ApiError, missing
from factually.stripe_sandbox.shapes import BILLING_DETAILS, SHIPPING, choice
from factually.stripe_sandbox.store import Document, Records, Store, public
from factually.stripe_sandbox.work import Work

RELEASE: Final = "endive"
_FRAME_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors http://127.0.0.1:* http://localhost:* https://localhost:*"
)
_USAGE: Final = choice("", "off_session", "on_session")
_SHOWN_TO_BROWSERS: Final = (
    "id",
    "object",
    "amount",
    "amount_details",
    "automatic_payment_methods",
    "canceled_at",
    "cancellation_reason",
    "capture_method",
    "client_secret",
    "confirmation_method",
    "created",
    "currency",
    "description",
    "last_payment_error",
    "last_setup_error",
    "livemode",
    "next_action",
    "payment_method",
    "payment_method_types",
    "processing",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "status",
    "usage",
)
"""The fields a publishable key may read: no customer, no metadata."""


def frames_blueprint(store: Store) -> Blueprint:
    """Make the routes under `/endive`."""
    blueprint = Blueprint("frames", __name__, url_prefix=f"/{RELEASE}", static_folder="static")
    browser = _Browser(store)
    blueprint.register_error_handler(ApiError, _refused)
    blueprint.get("/stripe.js")(_stripe_js)
    blueprint.get("/card")(_card_frame)
    blueprint.get("/authentication")(browser.authentication_frame)
    blueprint.post("/authentication")(browser.authenticate)
    blueprint.post("/confirmation_tokens")(browser.create_token)
    for kind in ("payment_intent", "setup_intent"):
        blueprint.get(f"/{kind}s/<intent_id>", endpoint=kind)(browser.read_intent)
    blueprint.after_request(_let_pages_read_intents)
    return blueprint


class _Browser:
    def __init__(self, store: Store) -> None:
        self._store = store

    def authentication_frame(self) -> Response:
        _check_publishable(request.args.get("key"))
        with self._store.transaction() as records:
            intent = _intent(records, request.args.get("client_secret", ""))
            method = records.find("payment_method", intent["payment_method"] or "")
        pays = intent["object"] == "payment_intent"
        if method is None:
            refusing = payment_intents if pays else setup_intents
            raise refusing.unexpected_state(intent, "authenticated")
        amount = written(intent["amount"], intent["currency"]) if pays else None
        page = render_template("authentication.html", amount=amount, last4=method["card"]["last4"])
        return _frame(page)

    def authenticate(self) -> ResponseReturnValue:
        given = _json()
        _check_publishable(given.get("key"))
        passed = given.get("passed") is True
        with self._store.transaction() as records:
            intent = _intent(records, str(given.get("client_secret")))
            asking = paying if intent["object"] == "payment_intent" else setting_up
            try:
                intent = asking.authenticate(Work.by_itself(records), intent, passed=passed)
            except ApiError as error:
                if not error.keeps_work:
                    raise
                return _refused(error)
        return jsonify(_for_browsers(intent))

    def create_token(self) -> Response:
        given = _json()
        _check_publishable(given.get("key"))
        with self._store.transaction() as records:
            return jsonify(public(_token(Work.by_itself(records), given)))

    def read_intent(self, intent_id: str) -> ResponseReturnValue:
        _check_publishable(request.args.get("key"))
        with self._store.transaction() as records:
            intent = _intent(records, request.args.get("client_secret", ""))
        if intent["id"] != intent_id:
            raise missing(intent["object"], intent_id)
        return jsonify(_for_browsers(intent))


def _stripe_js() -> Response:
    response = send_from_directory(Path(__file__).parent / "static", "stripe.js")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _card_frame() -> Response:
    _check_publishable(request.args.get("key"))
    theme = "night" if request.args.get("theme") == "night" else "stripe"
    return _frame(render_template("card.html", theme=theme))


def _let_pages_read_intents(response: Response) -> Response:
    # The client secret in the query is the permission; no cookie or key of ours goes along.
    if request.path.startswith((f"/{RELEASE}/payment_intents/", f"/{RELEASE}/setup_intents/")):
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _refused(error: ApiError) -> ResponseReturnValue:
    body = public(error.body())
    for kind in ("payment_intent", "setup_intent"):
        if kind in body:
            body[kind] = _for_browsers(body[kind])
    return jsonify(error=body), error.status


def _token(work: Work, given: Document) -> Document:
    entry = CardEntry(
        number=str(given.get("number", "")),
        month=_whole(given.get("exp_month")),
        year=_whole(given.get("exp_year")),
        cvc=str(given.get("cvc", "")),
    )
    details: Any = BILLING_DETAILS("billing_details", given.get("billing_details") or {})
    shipping: Any = SHIPPING("shipping", given["shipping"]) if given.get("shipping") else None
    return_url = given.get("return_url")
    usage: Any = _USAGE("setup_future_usage", given.get("setup_future_usage") or "")
    facts = TokenFacts(
        billing_details=details,
        setup_future_usage=usage or None,
        return_url=str(return_url) if return_url else None,
        shipping=shipping,
    )
    return create(work, entry.card(clock.now(work.records)), facts, expires=(entry.month, entry.year))


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _intent(records: Records, client_secret: str) -> Document:
    identifier = client_secret.partition("_secret_")[0]
    kind, checking = (
        ("setup_intent", setup_intents)
        if identifier.startswith("seti_")
        else ("payment_intent", payment_intents)
    )
    intent = Work.by_itself(records).get(kind, identifier)
    checking.check_client_secret(intent, client_secret)
    return intent


def _for_browsers(intent: Document) -> Document:
    return {name: value for name, value in public(intent).items() if name in _SHOWN_TO_BROWSERS}


def _check_publishable(key: object) -> None:
    if not isinstance(key, str) or not key.startswith("pk_test_"):
        raise ApiError("This sandbox takes publishable test keys (pk_test_…) only.", status=401)


def _json() -> Document:
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise ApiError("Send a JSON object with Content-Type: application/json.")
    return given


def _frame(page: str) -> Response:
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _FRAME_POLICY
    return response
