"""Which Stripe account the site is paid through, and settings refused because money could be lost."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from factually.donations.card_statement import card_statement


@dataclass(frozen=True, kw_only=True)
class StripeAccount:
    """Which Stripe account, or sandbox in its place, the site is paid through.

    Attributes:
        secret_key: API key; test keys start with ``sk_test_`` or ``rk_test_``.
        webhook_secret: Signing secret of our endpoint.
        sandbox_address: Origin of the sandbox on loopback, or None for Stripe itself.
        production: Whether the app runs in production mode.
        card_statement: The line on card statements, or empty for the account's own.
    """

    secret_key: str
    webhook_secret: str
    sandbox_address: str | None
    production: bool
    card_statement: str = ""

    @property
    def livemode(self) -> bool:
        """Whether the key moves real money."""
        return self.secret_key.startswith(("sk_live_", "rk_live_"))


def check_account(account: StripeAccount) -> None:
    """Refuse settings that could move real money by mistake, or none where it should move, or fail each gift.

    Raises:
        ValueError: With one sentence for the operator (stripe.md section 12, guard rails).
    """
    if not account.secret_key.startswith(("sk_live_", "rk_live_", "sk_test_", "rk_test_")):
        raise ValueError("The Stripe key must start with sk_test_, rk_test_, sk_live_ or rk_live_.")
    if account.card_statement:
        card_statement(account.card_statement)
    if account.sandbox_address is None:
        return
    if account.livemode:
        raise ValueError("A live Stripe key can't be used with a sandbox address.")
    if account.production:
        raise ValueError("The Stripe sandbox can't be used in production mode.")
    if not _is_loopback(account.sandbox_address):
        raise ValueError("The Stripe sandbox address must be on this machine (127.0.0.1).")


def _is_loopback(address: str) -> bool:
    parts = urlsplit(address)
    try:
        host = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return False
    return parts.scheme == "http" and host.is_loopback
