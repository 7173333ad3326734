from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from factually.application import build_parts, create_app
from tests.support.donation_factories import GivingDesk
from tests.support.independence_factories import prepare_screening
from tests.support.made_up_settings import made_up_settings
from tests.support.oversight_desk import OversightDesk
from tests.support.stripe_sandbox import stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from factually.accounts.models import Account
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.databases import TestDatabase
    from tests.support.stripe_sandbox import RunningSandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    with stripe_sandbox() as running:
        yield running


@pytest.fixture
def desk(
    test_database: TestDatabase,
    database: Database,
    keyring: Keyring,
    clock: FrozenClock,
    sandbox: RunningSandbox,
) -> OversightDesk:
    """A site with policy and register in force, paid through the sandbox."""
    settings = made_up_settings(
        test_database,
        STRIPE_SANDBOX_URL=sandbox.url,
        STRIPE_SECRET_KEY=sandbox.secret_key,
        STRIPE_WEBHOOK_SECRET=sandbox.webhook_secret,
    )
    parts = replace(build_parts(settings), database=database, keyring=keyring, clock=clock)
    app = create_app(settings, parts)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with database.transaction() as session:
        prepare_screening(session, now=clock.now())
    giving = GivingDesk(
        database=database, gateway=parts.gateway, keyring=keyring, clock=clock, sandbox=sandbox
    )
    return OversightDesk(app=app, giving=giving)


@pytest.fixture
def auditor(desk: OversightDesk) -> Account:
    return desk.person()


@pytest.fixture
def browser(desk: OversightDesk, auditor: Account) -> FlaskClient:
    """The auditor's browser."""
    return desk.signed_in(auditor)
