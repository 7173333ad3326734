"""The sandbox as one Flask application."""

from typing import Final

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from factually.stripe_sandbox import breaking
from factually.stripe_sandbox.api import Answer, Api, Incoming
from factually.stripe_sandbox.billing_control import billing_control_blueprint
from factually.stripe_sandbox.control import control_blueprint
from factually.stripe_sandbox.faults import Faults
from factually.stripe_sandbox.forcing import forcing_blueprint
from factually.stripe_sandbox.frames import frames_blueprint
from factually.stripe_sandbox.pages import pages_blueprint
from factually.stripe_sandbox.store import Store

_BODY_LIMIT: Final = 1_000_000


def create_app(store: Store, faults: Faults) -> Flask:
    """Put the API, the browser's part, the control routes and the page together."""
    app = Flask(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=_BODY_LIMIT, TRUSTED_HOSTS=["127.0.0.1", "localhost"])
    api = Api(store, faults)
    app.register_blueprint(billing_control_blueprint(store))
    app.register_blueprint(control_blueprint(store, faults))
    app.register_blueprint(forcing_blueprint(store))
    app.register_blueprint(frames_blueprint(store))
    app.register_blueprint(pages_blueprint(store))

    @app.route("/v1/<path:_rest>", methods=["GET", "POST", "DELETE"])
    def answer_api(_rest: str) -> ResponseReturnValue:
        encoded = (
            request.get_data(as_text=True) if request.method == "POST" else request.query_string.decode()
        )
        answer = api.answer(Incoming(request.method, request.path, encoded, dict(request.headers)))
        return _sent(answer, faults)

    @app.after_request
    def set_common_headers(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return app


def _sent(answer: Answer, faults: Faults) -> Response:
    """Put an answer on the line, in the manner a fault asks for."""
    if answer.manner == "reset":
        return breaking.reset()
    if answer.manner == "trickled":
        response = breaking.trickled(answer.body, lambda: faults.pause(answer.pause))
    else:
        response = Response(answer.body, mimetype="application/json")
    if answer.manner == "dropped":
        breaking.drop()
    response.status_code = answer.status
    response.headers.update(answer.headers)
    return response
