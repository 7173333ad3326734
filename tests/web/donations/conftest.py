from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from factually.application import build_parts, create_app
from factually.donations.stripe_account import StripeAccount
from factually.donations.stripe_gateway import StripeGateway
from factually.web.page_cache import stop_listening
from tests.support.clock import FrozenClock
from tests.support.donation_factories import GivingDesk
from tests.support.independence_factories import prepare_screening
from tests.support.made_up_settings import made_up_settings
from tests.support.stripe_openapi import CheckedStripeClient
from tests.support.stripe_sandbox import RunningSandbox, stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.databases import TestDatabase


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[RunningSandbox]:
    with stripe_sandbox() as running:
        yield running


@pytest.fixture
def clock(running_sandbox: RunningSandbox) -> FrozenClock:
    """A clock that starts where the sandbox's stands, since both write times of the same gift."""
    return FrozenClock(datetime.fromtimestamp(running_sandbox.advance(0), UTC))


@pytest.fixture
def desk(
    database: Database, keyring: Keyring, clock: FrozenClock, running_sandbox: RunningSandbox
) -> Iterator[GivingDesk]:
    with database.transaction() as session:
        prepare_screening(session, now=clock.now())
    account = StripeAccount(
        secret_key=running_sandbox.secret_key,
        webhook_secret=running_sandbox.webhook_secret,
        sandbox_address=running_sandbox.url,
        production=False,
    )
    http_client = CheckedStripeClient()
    gateway = StripeGateway(account, http_client=http_client)
    yield GivingDesk(
        database=database, gateway=gateway, keyring=keyring, clock=clock, sandbox=running_sandbox
    )
    http_client.close()  # type: ignore[no-untyped-call]  # the SDK left it without annotations


@pytest.fixture
def app(test_database: TestDatabase, desk: GivingDesk) -> Iterator[Flask]:
    """The whole application, giving through the running sandbox."""
    settings = made_up_settings(test_database, STRIPE_SANDBOX_URL=desk.sandbox.url)
    parts = replace(
        build_parts(settings),
        database=desk.database,
        keyring=desk.keyring,
        clock=desk.clock,
        gateway=desk.gateway,
    )
    made = create_app(settings, parts)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield made
    stop_listening(made)
