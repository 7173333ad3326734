"""The address for a Prometheus server, closed to everybody else."""

from __future__ import annotations

import hmac
from typing import Final

from flask import Blueprint, Response, current_app, request

from factually.foundation.errors import NotFound
from factually.oversight.metrics import exposition, figures_now
from factually.web.access import ANYONE, policy
from factually.web.context import web_context

blueprint = Blueprint("metrics", __name__)
SETTING: Final = "METRICS_TOKEN"
"""Where the application's configuration has the operator's token; empty where nobody may read."""
_FORMAT: Final = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/metrics")
@policy(ANYONE)
def metrics() -> Response:
    """Give all figures to who brings the operator's token (ASVS 13.4.5).

    Raises:
        NotFound: Another token, none, or the site has none: then there is no such page.
        Unavailable: The database does not answer.
    """
    expected = current_app.config[SETTING]
    given = request.authorization
    token = (given.token if given is not None and given.type == "bearer" else None) or ""
    if not expected or not hmac.compare_digest(token.encode(), expected.encode()):
        raise NotFound("There is no page at this address.")
    web = web_context()
    with web.database.reading() as connection:
        figures = figures_now(connection, now=web.clock.now())
    return Response(exposition(figures), content_type=_FORMAT)
