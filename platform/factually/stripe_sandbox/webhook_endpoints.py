"""Webhook endpoints: where events go and with which secret they are signed."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.identifiers import new_id, random_text
from factually.stripe_sandbox.listing import CURSORS, page
from factually.stripe_sandbox.shapes import EXPAND, Shape, boolean, list_of, merged, metadata, text
from factually.stripe_sandbox.store import Document, Records
from factually.stripe_sandbox.work import Work

CREATE = Shape(
    {
        "api_version": text(),
        "connect": boolean,
        "description": text(),
        "enabled_events": list_of(text()),
        "expand": EXPAND,
        "metadata": metadata,
        "url": text(),
    },
    required=("enabled_events", "url"),
)
UPDATE = Shape(
    {
        "description": text(),
        "disabled": boolean,
        "enabled_events": list_of(text()),
        "expand": EXPAND,
        "metadata": metadata,
        "url": text(),
    }
)
RETRIEVE = Shape({"expand": EXPAND})
DELETE = Shape({})
LIST = Shape(CURSORS)
_EVENT_NAME: Final = re.compile(r"[a-z_0-9]+(\.[a-z_0-9]+)+")
_FROM_COMMAND_LINE: Final = "we_commandLine0000000000000"


def create(work: Work, parameters: Document) -> Document:
    """POST /v1/webhook_endpoints: the only answer that shows the secret.

    Raises:
        ApiError: an address outside this machine, or no event named.
    """
    endpoint = _build(new_id("we"), parameters["url"], work.now)
    endpoint["api_version"] = parameters.get("api_version") or None
    endpoint["_secrets"] = [f"whsec_{random_text(32)}"]
    _apply(endpoint, parameters)
    work.records.save(endpoint)
    return {**endpoint, "secret": endpoint["_secrets"][0]}


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/webhook_endpoints/{webhook_endpoint}."""
    return work.get("webhook_endpoint", identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/webhook_endpoints."""
    return page(work, "webhook_endpoint", parameters)


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/webhook_endpoints/{webhook_endpoint}."""
    endpoint = work.get("webhook_endpoint", identifier)
    _apply(endpoint, parameters)
    work.records.save(endpoint)
    return endpoint


def delete(work: Work, _parameters: Document, identifier: str) -> Document:
    """DELETE /v1/webhook_endpoints/{webhook_endpoint}."""
    work.get("webhook_endpoint", identifier)
    work.records.delete(identifier)
    return {"id": identifier, "object": "webhook_endpoint", "deleted": True}


def roll_secret(work: Work, identifier: str) -> str:
    """Give an endpoint a second secret; events are signed with both, as during Stripe's rotation."""
    endpoint = work.get("webhook_endpoint", identifier)
    secret = f"whsec_{random_text(32)}"
    endpoint["_secrets"] = [secret, endpoint["_secrets"][0]]
    work.records.save(endpoint)
    return secret


def register(records: Records, url: str, secret: str, now: int) -> None:
    """Set up the endpoint named on the command line; a second start replaces it."""
    endpoint = _build(_FROM_COMMAND_LINE, url, now)
    endpoint["_secrets"] = [secret]
    endpoint["enabled_events"] = ["*"]
    records.save(endpoint)


def check_url(url: str) -> None:
    """Keep events on this machine.

    Raises:
        ApiError: an address that is not http on a loopback host.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not _is_loopback(parts.hostname or ""):
        raise ApiError("Invalid URL: this sandbox only sends events to loopback addresses.", param="url")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _build(identifier: str, url: str, now: int) -> Document:
    check_url(url)
    return {
        "id": identifier,
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": now,
        "description": None,
        "enabled_events": [],
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
    }


def _apply(endpoint: Document, parameters: Document) -> None:
    if "url" in parameters:
        check_url(parameters["url"])
        endpoint["url"] = parameters["url"]
    if "enabled_events" in parameters:
        if not parameters["enabled_events"]:
            raise ApiError("Name at least one event.", param="enabled_events")
        for place, name in enumerate(parameters["enabled_events"]):
            if name != "*" and not _EVENT_NAME.fullmatch(name):
                raise ApiError(
                    f"Invalid event: {name}. Name each one, such as charge.refunded, or all by *.",
                    param=f"enabled_events[{place}]",
                )
        endpoint["enabled_events"] = parameters["enabled_events"]
    if "description" in parameters:
        endpoint["description"] = parameters["description"] or None
    if "metadata" in parameters:
        endpoint["metadata"] = merged(endpoint["metadata"], parameters["metadata"])
    if "disabled" in parameters:
        endpoint["status"] = "disabled" if parameters["disabled"] else "enabled"
