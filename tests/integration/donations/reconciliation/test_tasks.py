from __future__ import annotations

from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from factually.donations.context import DonationsContext
from factually.donations.reconciliation.reports import latest_report
from factually.donations.reconciliation.tasks import RECONCILE, tasks
from factually.jobs.context import WorkerContext
from factually.jobs.queue import defer
from factually.jobs.worker import make_worker_app, run_worker
from tests.support.donation_factories import SECOND_FROM
from tests.support.stripe_sandbox import take

if TYPE_CHECKING:
    from tests.support.donation_factories import GivingDesk


def test_the_worker_reconciles_and_raises_the_alarm_for_what_is_left(desk: GivingDesk) -> None:
    take(desk.sandbox.client())
    donations = DonationsContext(
        gateway=desk.gateway,
        post=desk.post,
        publishable_key=desk.sandbox.publishable_key,
        stripe_js_url=f"{desk.sandbox.url}/endive/stripe.js",
        livemode=False,
        sandbox=True,
        second_person_from=SECOND_FROM,
    )
    context = WorkerContext(desk.database, desk.clock, desk.keyring, resources=(donations,))
    with desk.database.transaction() as session:
        defer(session, RECONCILE, timestamp=0)
    with capture_logs() as logs:
        run_worker(make_worker_app(desk.database.url, [tasks]), context, wait=False)
    with desk.database.transaction() as session:
        report = latest_report(session)
    assert report is not None
    assert [
        (line["log_level"], line["event"], line.get("kind"))
        for line in logs
        if line["event"].startswith("reconciliation.")
    ] == [
        ("error", "reconciliation.difference", "without_gift"),
        ("info", "reconciliation.finished", None),
    ]
