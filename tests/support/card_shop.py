"""A page with card fields, of another origin than the sandbox's and under the site's own headers."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, render_template, request, send_from_directory
from werkzeug.serving import WSGIRequestHandler, make_server

from factually.foundation.database import Database
from factually.web.context import SiteFacts, WebContext, install_context
from factually.web.security_headers import install_security_headers, widen_csp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.foundation.crypto import Keyring
    from tests.support.clock import FrozenClock

_FOLDER: Final = Path(__file__).parents[1] / "data" / "stripe" / "shop"
_POLICY: Final = "Content-Security-Policy"


class _Handler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def card_shop(sandbox: str, keyring: Keyring, clock: FrozenClock) -> Iterator[str]:
    """Serve the page that takes its payment script from the sandbox; give its address."""
    server = make_server(
        "127.0.0.1", 0, _shop(sandbox, keyring, clock), threaded=True, request_handler=_Handler
    )
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _shop(sandbox: str, keyring: Keyring, clock: FrozenClock) -> Flask:
    app = Flask("shop", template_folder=str(_FOLDER), static_folder=None)
    site = SiteFacts("Shop", "http://127.0.0.1", demonstration=False, contact="hello@example.org")
    install_context(app, WebContext(Database("postgresql:///none?host=/nowhere"), clock, keyring, site))

    @app.get("/")
    def page() -> str:
        widen_csp(script=(sandbox,), frame=(sandbox,), connect=(sandbox,))
        return render_template("page.html", sandbox=sandbox)

    @app.get("/page.js")
    def script() -> Response:
        return send_from_directory(_FOLDER, "page.js")

    @app.after_request
    def require_trusted_types(response: Response) -> Response:
        """Add what the site leaves out on this page for the sake of Stripe's own script; the last to run."""
        if request.path == "/":
            response.headers[_POLICY] += "; require-trusted-types-for 'script'"
        return response

    install_security_headers(app)
    return app
