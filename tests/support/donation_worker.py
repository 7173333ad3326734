"""Runs the jobs of donations that are due, with a real worker, for a desk of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.donations.context import DonationsContext
from factually.jobs.context import WorkerContext
from factually.jobs.worker import make_worker_app, run_worker
from tests.support.donation_factories import SECOND_FROM

if TYPE_CHECKING:
    from factually.jobs.tasks import TaskList
    from tests.support.donation_factories import GivingDesk


def run_due_jobs(desk: GivingDesk, *lists: TaskList) -> None:
    """Work off what is due of some lists of tasks; jobs of other tasks would be given up as unknown."""
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
    run_worker(make_worker_app(desk.database.url, lists), context, wait=False)
