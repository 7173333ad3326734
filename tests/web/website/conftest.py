"""A small application around the pages of this package: the real parts, without the payment's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_wtf.csrf import CSRFProtect

from factually.accounts import views as accounts_views
from factually.accounts.signed_in import install_sign_in
from factually.articles import views as articles_views
from factually.web.access import enforce_policies
from factually.web.context import SiteFacts, WebContext, install_context
from factually.web.error_pages import install_error_pages
from factually.web.security_headers import install_security_headers
from factually.website import views
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

SITE = SiteFacts(
    name="Factually", base_url="http://localhost", demonstration=True, contact="hello@example.org"
)


@pytest.fixture
def app(database: Database, clock: FrozenClock, keyring: Keyring) -> Flask:
    app = Flask("small", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(SECRET_KEY="a made-up key", TRUSTED_HOSTS=["localhost"])
    install_context(app, WebContext(database, clock, keyring, SITE))
    csrf = CSRFProtect(app)
    install_sign_in(app)
    for blueprint in (accounts_views.blueprint, articles_views.blueprint, views.blueprint):
        app.register_blueprint(blueprint)
    enforce_policies(app, csrf)
    install_security_headers(app)
    install_error_pages(app)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
