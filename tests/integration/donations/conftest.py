from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import requests

from tests.support.checked_gateways import checked_gateway
from tests.support.clock import FrozenClock
from tests.support.donation_factories import GivingDesk
from tests.support.independence_factories import prepare_screening
from tests.support.stripe_sandbox import RunningSandbox, stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.donations.stripe_gateway import StripeGateway
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[RunningSandbox]:
    with stripe_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(running_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """The sandbox, with no fault left over for the next test."""
    yield running_sandbox
    requests.delete(f"{running_sandbox.url}/_sandbox/faults", timeout=5).raise_for_status()


@pytest.fixture
def clock(sandbox: RunningSandbox) -> FrozenClock:
    """A clock that starts where the sandbox's stands, since both write times of the same gift.

    Other tests may have moved the sandbox's clock: it is asked, not the machine.
    """
    return FrozenClock(datetime.fromtimestamp(sandbox.advance(0), UTC))


@pytest.fixture
def gateway(sandbox: RunningSandbox) -> Iterator[StripeGateway]:
    """The real adapter, each of whose exchanges is checked against Stripe's description."""
    with checked_gateway(sandbox) as made:
        yield made


@pytest.fixture
def desk(
    database: Database,
    gateway: StripeGateway,
    keyring: Keyring,
    clock: FrozenClock,
    sandbox: RunningSandbox,
) -> GivingDesk:
    with database.transaction() as session:
        prepare_screening(session, now=clock.now())
    return GivingDesk(database=database, gateway=gateway, keyring=keyring, clock=clock, sandbox=sandbox)
