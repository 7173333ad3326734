"""Liveness and readiness for whoever runs the processes."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text

from factually.web.access import ANYONE, policy
from factually.web.context import web_context

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@policy(ANYONE)
def alive() -> Response:
    """Answer as long as the process serves at all."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@policy(ANYONE)
def ready() -> Response:
    """Answer 200 once the database answers, 503 before.

    Raises:
        Unavailable: The database does not answer.
    """
    with web_context().database.reading() as connection:
        connection.execute(text("SELECT 1"))
    return Response("ready\n", mimetype="text/plain")
