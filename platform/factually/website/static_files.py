"""Sends static files: for ever under an address with the right version, checked each time under any other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from flask import Response, current_app, request

from factually.web.public_pages import IMMUTABLE
from factually.website.assets import Asset, Assets

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

CHECKED: Final = "no-cache"

_EXTENSION: Final = "factually.website"
_FOLDER: Final = Path(__file__).parent / "static"


def provide_assets(state: BlueprintSetupState) -> None:
    """Read the static files once and give templates `asset(path)`."""
    assets = Assets.load(_FOLDER)
    state.app.extensions[_EXTENSION] = assets
    state.app.jinja_env.globals["asset"] = assets.address


def static_response(path: str) -> Response:
    """Answer with one static file.

    Raises:
        NotFound: There is none at this path.
    """
    asset = cast("Assets", current_app.extensions[_EXTENSION]).find(path)
    compressed = asset.compressed if request.accept_encodings.quality("gzip") > 0 else None
    response = Response(compressed or asset.body, content_type=asset.content_type)
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = _lifetime(asset)
    # One tag per form: a cache must not answer a plain request with compressed bytes (RFC 9110, 8.8.3.3).
    response.set_etag(asset.digest + ("-gzip" if compressed else ""))
    response.make_conditional(request)
    return response


def _lifetime(asset: Asset) -> str:
    return IMMUTABLE if request.args.get("v") == asset.digest else CHECKED
