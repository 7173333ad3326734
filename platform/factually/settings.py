"""Settings: the only reader of the environment, checked once, frozen after.

A wrong value stops the start with one sentence that names the variable.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODES: Final = ("production", "demonstration")
_MINIMUM_SECRET_BYTES: Final = 32
_SECOND_PERSON_FROM_CENTS: Final = 200_00


class BadSetting(ValueError):
    """A setting is missing or wrong; the sentence names its variable, never its value."""


@dataclass(frozen=True, slots=True)
class StripeSettings:
    """How to reach Stripe, or the sandbox in its place.

    Attributes:
        secret_key: Server key.
        publishable_key: Key for the browser.
        webhook_secret: Signing secret of our endpoint.
        sandbox_url: Origin of the sandbox on loopback, or empty for Stripe itself.
        card_statement: The line on card statements, such as ``FACTUALLY* GIFT``; its prefix is set at Stripe.
    """

    secret_key: str = field(repr=False)
    publishable_key: str
    webhook_secret: str = field(repr=False)
    sandbox_url: str
    card_statement: str


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How to hand over mail."""

    host: str
    port: int
    sender: str
    username: str
    password: str = field(repr=False)
    starttls: bool
    bounces: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an operator can set.

    Attributes:
        root: The checkout: templates and migrations lie below it.
        mode: `production` or `demonstration`.
        site_name: Name shown to readers.
        base_url: Public address without a final slash.
        contact: E-mail address for readers and donors.
        derived_files: Folder of this machine for search indexes, which are made again where they are lost.
        database_url: SQLAlchemy address of the role that owns no table.
        owner_database_url: Address of the role that migrates; empty where the app must not have it.
        proxies: How many proxies of ours stand before the app; their forwarding headers are believed.
        secret_key: Signs CSRF tokens and cookies.
        data_key: Seals donor fields; losing it loses them.
        metrics_token: Whoever brings it may read `/metrics`; empty where nobody may.
        second_person_from: From how many cents on a refund needs a second person.
        stripe: Payment settings.
        mail: Mail settings.
    """

    root: Path
    mode: str
    site_name: str
    base_url: str
    contact: str
    derived_files: Path
    database_url: str = field(repr=False)
    owner_database_url: str = field(repr=False)
    proxies: int
    secret_key: str = field(repr=False)
    data_key: bytes = field(repr=False)
    metrics_token: str = field(repr=False)
    second_person_from: int
    stripe: StripeSettings
    mail: MailSettings

    @property
    def demonstration(self) -> bool:
        """Whether this is the local demonstration."""
        return self.mode == "demonstration"


def read_settings(environment: Mapping[str, str], root: Path) -> Settings:
    """Read and check all settings.

    Args:
        environment: Usually `os.environ`.
        root: The checkout.

    Raises:
        BadSetting: One is missing or wrong, or they contradict each other.
    """
    read = _Reader(environment)
    settings = Settings(
        root=root,
        mode=read.one_of("FACTUALLY_MODE", _MODES),
        site_name=read.text("FACTUALLY_SITE_NAME", "Factually"),
        base_url=read.address("FACTUALLY_BASE_URL"),
        contact=read.text("FACTUALLY_CONTACT", "hello@example.org"),
        derived_files=Path(read.text("FACTUALLY_DERIVED_FILES", str(root / ".factually" / "derived"))),
        database_url=read.text("DATABASE_URL"),
        owner_database_url=read.text("DATABASE_OWNER_URL", ""),
        proxies=read.number("FACTUALLY_PROXIES", 0),
        secret_key=read.secret("SECRET_KEY"),
        data_key=read.key("FACTUALLY_DATA_KEY"),
        metrics_token=read.secret("FACTUALLY_METRICS_TOKEN", ""),
        second_person_from=read.number("FACTUALLY_SECOND_PERSON_FROM", _SECOND_PERSON_FROM_CENTS),
        stripe=StripeSettings(
            secret_key=read.text("STRIPE_SECRET_KEY"),
            publishable_key=read.text("STRIPE_PUBLISHABLE_KEY"),
            webhook_secret=read.text("STRIPE_WEBHOOK_SECRET"),
            sandbox_url=read.text("STRIPE_SANDBOX_URL", "").rstrip("/"),
            card_statement=read.text("STRIPE_CARD_STATEMENT", ""),
        ),
        mail=MailSettings(
            host=read.text("SMTP_HOST", "127.0.0.1"),
            port=read.number("SMTP_PORT", 25),
            sender=read.text("MAIL_FROM", "Factually <gifts@example.org>"),
            username=read.text("SMTP_USERNAME", ""),
            password=read.text("SMTP_PASSWORD", ""),
            starttls=read.one_of("SMTP_STARTTLS", ("yes", "no"), "yes") == "yes",
            bounces=read.text("MAIL_BOUNCES", ""),
        ),
    )
    _check_together(settings)
    return settings


def _check_together(settings: Settings) -> None:
    """Refuse settings that contradict each other; the gateway guards its own (live key with a sandbox)."""
    stripe = settings.stripe
    live = stripe.secret_key.startswith(("sk_live_", "rk_live_"))
    if live != stripe.publishable_key.startswith("pk_live_"):
        raise BadSetting("STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY belong to different modes.")
    if settings.demonstration and live:
        raise BadSetting("STRIPE_SECRET_KEY is a live key, but FACTUALLY_MODE is demonstration.")
    if not settings.demonstration and not settings.base_url.startswith("https://"):
        raise BadSetting("FACTUALLY_BASE_URL must start with https:// in production.")


class _Reader:
    """Reads one variable at a time and names it when it's wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environment.get(name, default)
        if value is None or (value == "" and default is None):
            raise BadSetting(f"{name} is not set.")
        return value

    def one_of(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise BadSetting(f"{name} must be one of: {', '.join(choices)}.")
        return value

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit():
            raise BadSetting(f"{name} must be a whole number.")
        return int(value)

    def address(self, name: str) -> str:
        value = self.text(name).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
            raise BadSetting(f"{name} must be an address such as https://example.org.")
        return value

    def secret(self, name: str, default: str | None = None) -> str:
        value = self.text(name, default)
        if value != default and len(value) < _MINIMUM_SECRET_BYTES:
            raise BadSetting(f"{name} needs at least {_MINIMUM_SECRET_BYTES} characters.")
        return value

    def key(self, name: str) -> bytes:
        try:
            value = base64.b64decode(self.text(name), validate=True)
        except binascii.Error as error:
            raise BadSetting(f"{name} must be base64.") from error
        if len(value) < _MINIMUM_SECRET_BYTES:
            raise BadSetting(f"{name} needs at least {_MINIMUM_SECRET_BYTES} bytes.")
        return value
