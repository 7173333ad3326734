from __future__ import annotations

from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from factually.donations.reconciliation.reports import latest_report
from factually.donations.reconciliation.tasks import RECONCILE, tasks
from factually.jobs.queue import defer
from tests.support.donation_worker import run_due_jobs
from tests.support.stripe_sandbox import take

if TYPE_CHECKING:
    from tests.support.donation_factories import GivingDesk


def test_the_worker_reconciles_and_raises_the_alarm_for_what_is_left(desk: GivingDesk) -> None:
    take(desk.sandbox.client())
    with desk.database.transaction() as session:
        defer(session, RECONCILE, timestamp=0)
    with capture_logs() as logs:
        run_due_jobs(desk, tasks)
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
