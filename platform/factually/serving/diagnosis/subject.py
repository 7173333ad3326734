"""The installation that is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.foundation.clock import Clock
    from factually.foundation.database import Database
    from factually.settings import Settings


@dataclass(frozen=True, slots=True)
class Installation:
    """What the checks need of a site: its settings, its database, and the time."""

    settings: Settings
    database: Database
    clock: Clock


def secrets_of(settings: Settings) -> Sequence[str]:
    """Return every value that must not be printed."""
    addresses = (settings.database_url, settings.owner_database_url)
    return (
        settings.secret_key,
        settings.stripe.secret_key,
        settings.stripe.webhook_secret,
        settings.mail.password,
        *addresses,
        *(password for address in addresses for password in _passwords(address)),
    )


def _passwords(address: str) -> Sequence[str]:
    try:
        url = make_url(address)
    except ArgumentError:
        return ()
    queried = url.query.get("password", "")
    return (str(url.password or ""), queried if isinstance(queried, str) else queried[0])
