"""Opens a site with a database and a Stripe of its own, in a few hundredths of a second."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

import stripe

from factually.accounts.roles import AUDITOR
from factually.application import TASK_LISTS
from factually.donations.stripe_account import StripeAccount
from factually.donations.stripe_gateway import StripeGateway
from factually.donations.stripe_transport import timed_session
from factually.foundation.crypto import Keyring
from factually.foundation.database import opened_database
from factually.jobs.worker import make_worker_app
from tests.faults.outside import Outside
from tests.faults.world import threaded_sandbox
from tests.stateful.desk import Desk
from tests.support.clock import FrozenClock
from tests.support.databases import fresh_database
from tests.support.independence_factories import prepare_screening
from tests.support.people import add_person
from tests.support.small_indexes import DERIVED
from tests.support.stripe_sandbox import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.foundation.embedded_postgres import EmbeddedCluster

_KEY: Final = b"a made-up key for tests, 32 bytes"


class _Hurried(stripe.RequestsClient):
    """Stripe's own transport, without the pause between two tries: it would be half the time of a run."""

    def _sleep_time_seconds(self, *_arguments: object) -> float:
        return 0.0


@contextmanager
def opened_desk(cluster: EmbeddedCluster) -> Iterator[Desk]:
    """Open a site with a database and a Stripe of its own."""
    with ExitStack() as opened:
        made = opened.enter_context(fresh_database(cluster))
        database = opened.enter_context(opened_database(made.app_url, derived=DERIVED))
        sandbox = opened.enter_context(threaded_sandbox())
        environment = {
            "STRIPE_SANDBOX_URL": sandbox,
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }
        outside = Outside(environment, DERIVED)
        clock = FrozenClock(outside.now())
        with database.transaction() as session:
            prepare_screening(session, now=clock.now())
        auditors = [
            add_person(database, AUDITOR, now=clock.now(), email=f"auditor-{number}@example.org").id
            for number in range(2)
        ]
        yield Desk(
            database=database,
            owner_url=made.owner_url,
            outside=outside,
            clock=clock,
            keyring=Keyring.from_secret(_KEY),
            gateway=StripeGateway(
                StripeAccount(
                    secret_key=SECRET_KEY,
                    webhook_secret=WEBHOOK_SECRET,
                    sandbox_address=sandbox,
                    production=False,
                ),
                http_client=_Hurried(session=timed_session()),
            ),
            app=make_worker_app(made.app_url, TASK_LISTS),
            auditors=auditors,
        )
