from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factually.foundation.clock import SystemClock
from factually.serving.diagnosis.subject import Installation
from tests.support.stripe_sandbox import RunningSandbox, stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.foundation.database import Database
    from factually.settings import Settings

OUR_ENDPOINT = "http://localhost/webhooks/stripe"


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    """A sandbox that sends its events to where the made-up site would listen."""
    with stripe_sandbox(webhook_url=OUR_ENDPOINT) as running:
        yield running


@pytest.fixture
def installation(settings: Settings, database: Database) -> Installation:
    """A site that has been migrated, and nothing more."""
    return Installation(settings, database, SystemClock())
