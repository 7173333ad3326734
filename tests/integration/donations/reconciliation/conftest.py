from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.reconciling import Reconciler
from tests.support.stripe_sandbox import RunningSandbox, stripe_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.donation_factories import GivingDesk


@pytest.fixture
def running_sandbox() -> Iterator[RunningSandbox]:
    """A sandbox of the test's own: other tests' movements would be without a gift here."""
    with stripe_sandbox() as running:
        yield running


@pytest.fixture
def reconciler(desk: GivingDesk) -> Reconciler:
    return Reconciler(desk)
