from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.oversight_desk import open_desk, paid_through
from tests.support.stripe_sandbox import stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from factually.accounts.models import Account
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.databases import TestDatabase
    from tests.support.oversight_desk import OversightDesk
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
) -> Iterator[OversightDesk]:
    with open_desk(paid_through(sandbox, test_database), database, keyring, clock, sandbox) as made:
        made.app.config.update(WTF_CSRF_ENABLED=False)
        yield made


@pytest.fixture
def auditor(desk: OversightDesk) -> Account:
    return desk.person()


@pytest.fixture
def browser(desk: OversightDesk, auditor: Account) -> FlaskClient:
    """The auditor's browser."""
    return desk.signed_in(auditor)
