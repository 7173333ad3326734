from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.monthly_desk import MonthlyDesk
from tests.support.stripe_sandbox import RunningSandbox, stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.donation_factories import GivingDesk


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[RunningSandbox]:
    """A sandbox of their own for tests that let months pass."""
    with stripe_sandbox() as running:
        yield running


@pytest.fixture
def monthly_desk(desk: GivingDesk) -> MonthlyDesk:
    return MonthlyDesk(desk=desk)
