from collections.abc import Iterator

import pytest
import stripe

from tests.support.stripe_sandbox import RunningSandbox, WebhookReceiver, stripe_sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    """One process for all tests that neither restart it nor listen to it: each makes its own objects."""
    with stripe_sandbox() as running:
        yield running


@pytest.fixture(scope="session")
def client(sandbox: RunningSandbox) -> stripe.StripeClient:
    return sandbox.client()


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as listening:
        yield listening


@pytest.fixture
def heard(receiver: WebhookReceiver) -> Iterator[RunningSandbox]:
    """A sandbox whose events the receiver hears."""
    with stripe_sandbox(webhook_url=receiver.url) as running:
        yield running


@pytest.fixture
def alone() -> Iterator[RunningSandbox]:
    """A sandbox of the test's own, whose clock it may move by months."""
    with stripe_sandbox() as running:
        yield running
