"""The real adapter to a running sandbox, each of whose exchanges is checked against Stripe's description."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from factually.donations.stripe_account import StripeAccount
from factually.donations.stripe_gateway import StripeGateway
from tests.support.stripe_openapi import CheckedStripeClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.stripe_sandbox import RunningSandbox


@contextmanager
def checked_gateway(sandbox: RunningSandbox, *, card_statement: str = "") -> Iterator[StripeGateway]:
    """Open a gateway, with our words on card statements where some are given."""
    account = StripeAccount(
        secret_key=sandbox.secret_key,
        webhook_secret=sandbox.webhook_secret,
        sandbox_address=sandbox.url,
        production=False,
        card_statement=card_statement,
    )
    http_client = CheckedStripeClient()
    yield StripeGateway(account, http_client=http_client)
    http_client.close()  # type: ignore[no-untyped-call]  # the SDK left it without annotations
