"""What every view of one application may use, without a global."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from flask import Flask

    from factually.foundation.clock import Clock
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database

_EXTENSION = "factually.web"


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the site is called and where it stands.

    Attributes:
        name: Name shown to readers.
        base_url: Public address without a final slash; links in mails and feeds start with it.
        demonstration: Whether this is the local demonstration, with made-up content.
        contact: E-mail address for readers and donors.
    """

    name: str
    base_url: str
    demonstration: bool
    contact: str

    @property
    def is_https(self) -> bool:
        """Whether readers come over TLS, so that cookies can be `__Host-` and HSTS sent."""
        return self.base_url.startswith("https://")


@dataclass(frozen=True, slots=True)
class WebContext:
    """The parts that a view hands to use cases."""

    database: Database
    clock: Clock
    keyring: Keyring
    site: SiteFacts


def install_context(app: Flask, context: WebContext) -> None:
    """Attach the parts to the application; done once by the composition root."""
    app.extensions[_EXTENSION] = context


def web_context() -> WebContext:
    """Return the parts of the application that serves this request."""
    return cast("WebContext", current_app.extensions[_EXTENSION])
