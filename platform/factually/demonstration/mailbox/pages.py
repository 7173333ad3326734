"""The page that shows the letters, on an origin of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Flask, Response, abort, render_template

if TYPE_CHECKING:
    from factually.demonstration.mailbox.letters import Mailbox

# A letter is foreign text: its HTML runs no script, loads nothing, and is shown in a frame without an origin.
_LETTER_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
_PAGE_POLICY: Final = "default-src 'none'; style-src 'self'; frame-src 'self'; frame-ancestors 'none'"


def make_pages(mailbox: Mailbox) -> Flask:
    """Build the pages over ``mailbox``.

    Only loopback names are answered, so that no foreign page reads letters by rebinding its own name.
    """
    app = Flask(__name__)
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]

    @app.get("/")
    def index() -> str:
        return render_template("letters.html", letters=mailbox.letters())

    @app.get("/letters/<key>")
    def show(key: str) -> str:
        letter = mailbox.letter(key) or abort(404)
        return render_template(
            "letter.html", letter=letter, text=letter.body("plain"), has_html=letter.body("html") is not None
        )

    @app.get("/letters/<key>/html")
    def html(key: str) -> Response:
        letter = mailbox.letter(key) or abort(404)
        body = letter.body("html")
        if body is None:
            abort(404)
        response = Response(body, mimetype="text/html")
        response.headers["Content-Security-Policy"] = _LETTER_POLICY
        return response

    @app.get("/letters/<key>/source")
    def source(key: str) -> Response:
        content = mailbox.content(key)
        if content is None:
            abort(404)
        return Response(content, mimetype="text/plain")

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    return app
