"""A small application with the whole toolkit and no domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Blueprint, Flask, jsonify, request
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from jinja2 import DictLoader

from factually.foundation.database import Database
from factually.foundation.errors import Conflict, InvalidInput
from factually.web import health
from factually.web.access import ANYONE, SIGNED_IN, enforce_policies, policy
from factually.web.bodies import LongTexts, install_body_checks, takes_long_texts
from factually.web.context import SiteFacts, WebContext, install_context
from factually.web.error_pages import Application, install_error_pages
from factually.web.security_headers import install_security_headers, widen_csp

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from flask.typing import ResponseReturnValue
    from werkzeug.test import TestResponse
    from werkzeug.wrappers import Request

    from factually.foundation.crypto import Keyring
    from tests.support.clock import FrozenClock

ERROR_PAGE = "{{ status }} {{ title }} {{ message }} {{ field }} {{ reference }}"
pages = Blueprint("pages", __name__)


@pages.post("/long")
@policy(ANYONE)
@takes_long_texts(LongTexts(maximum_bytes=1_000_000, maximum_fields=500, field="text"))
def take_long_text() -> ResponseReturnValue:
    return str(len(request.form))


@pages.get("/open")
@policy(ANYONE)
def open_page() -> ResponseReturnValue:
    return "open"


@pages.post("/open")
@policy(ANYONE)
def open_form() -> ResponseReturnValue:
    return jsonify(request.form.to_dict())


@pages.get("/thing/<name>")
@policy(ANYONE)
def thing(name: str) -> ResponseReturnValue:
    return name


@pages.post("/machine")
@policy(ANYONE, csrf=False)
def machine() -> ResponseReturnValue:
    return "heard"


@pages.route("/auditors", methods=["GET", "POST"])
@policy("auditor", pii=True, audit="gift.viewed")
def auditors() -> ResponseReturnValue:
    return "auditors"


@pages.get("/signed-in")
@policy(SIGNED_IN)
def signed_in() -> ResponseReturnValue:
    return "signed in"


@pages.get("/forgotten")
def forgotten() -> ResponseReturnValue:
    return "a view whose author forgot the policy"


@pages.get("/payment")
@policy(ANYONE)
def payment() -> ResponseReturnValue:
    widen_csp(
        script=("https://pay.example",),
        frame=("https://pay.example", "https://*.pay.example"),
        connect=("https://pay.example",),
    )
    return "payment"


@pages.get("/invalid")
@policy(ANYONE)
def invalid() -> ResponseReturnValue:
    raise InvalidInput("Enter an amount.", field="amount")


@pages.get("/conflict")
@policy(ANYONE)
def conflict() -> ResponseReturnValue:
    raise Conflict("Somebody was faster.")


@pages.get("/bug")
@policy(ANYONE)
def bug() -> ResponseReturnValue:
    raise RuntimeError("ada@example.org")


class Visitor:
    """Whoever the header `Role` says."""

    is_authenticated = True

    def __init__(self, role: str) -> None:
        self.role = role


def by_header(request: Request) -> Visitor | None:
    role = request.headers.get("Role")
    return Visitor(role) if role else None


def toolkit(keyring: Keyring, clock: FrozenClock, base_url: str = "https://factually.example") -> Flask:
    app = Application("toolkit")
    app.config.update(SECRET_KEY="made up, 32 characters or longer", TRUSTED_HOSTS=["factually.example"])
    app.jinja_loader = DictLoader({"website/error.html": ERROR_PAGE})
    site = SiteFacts("Factually", base_url, demonstration=False, contact="hello@example.org")
    install_context(app, WebContext(Database("postgresql:///none?host=/nowhere"), clock, keyring, site))
    install_body_checks(app)
    csrf = CSRFProtect(app)
    manager = LoginManager(app)
    manager.login_view = "pages.open_page"
    manager.login_message = None  # type: ignore[assignment]  # typed by its default
    manager.request_loader(by_header)
    app.register_blueprint(pages)
    app.register_blueprint(health.blueprint)
    enforce_policies(app, csrf)
    install_security_headers(app)
    install_error_pages(app)
    return app


class Visit:
    """A browser at the toolkit's address."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def open(self, method: str, path: str, **kwargs: object) -> TestResponse:
        return self._client.open(path, method=method, base_url="https://factually.example", **kwargs)  # type: ignore[arg-type]  # passed through

    def get(self, path: str, **kwargs: object) -> TestResponse:
        return self.open("GET", path, **kwargs)

    def post(self, path: str, **kwargs: object) -> TestResponse:
        return self.open("POST", path, **kwargs)


@pytest.fixture
def visit(keyring: Keyring, clock: FrozenClock) -> Visit:
    return Visit(toolkit(keyring, clock).test_client())


@pytest.fixture
def visit_without_tokens(keyring: Keyring, clock: FrozenClock) -> Visit:
    app = toolkit(keyring, clock)
    app.config["WTF_CSRF_ENABLED"] = False
    return Visit(app.test_client())
