"""A worker is killed in the middle of a run: what it had done stays done, and the rest is done once."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy import text

from factually.donations.progress import lock_gift
from tests.support.donation_factories import GivingDesk, organisation_pledge
from tests.support.register_changes import (
    NEW_GROUP,
    NEWCOMER,
    change_register,
    counted,
    progress_of,
    run_of,
    working_process,
)

if TYPE_CHECKING:
    from factually.foundation.database import Database

PATIENCE = 60
GIFTS = 6
BLOCKED = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def wait_for_a_blocked_worker(database: Database) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with database.reading() as connection:
            if connection.execute(BLOCKED).scalar_one():
                return
        time.sleep(0.05)
    raise AssertionError("no worker came as far as the locked gift")


def test_a_killed_worker_costs_one_batch_and_two_others_finish_its_run(desk: GivingDesk) -> None:
    gifts = [desk.give(organisation_pledge(NEW_GROUP)) for _ in range(GIFTS)]
    screened_before = counted(desk.database)[1]
    change_register(desk, NEWCOMER)
    work, (number,) = run_of(desk)
    with desk.database.transaction() as session:
        lock_gift(session, gifts[3].id)
        with working_process(desk.database, work.run_id, number) as process:
            wait_for_a_blocked_worker(desk.database)
            process.kill()
        half = progress_of(desk.database, work.run_id)
        assert (half.screened, half.opened, half.finished_at) == (3, 3, None)
    workers = [threading.Thread(target=work.walk, args=(number,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=PATIENCE)
    whole = progress_of(desk.database, work.run_id)
    assert whole.finished_at is not None
    assert (whole.screened, whole.opened) == (GIFTS, GIFTS)
    assert counted(desk.database) == (GIFTS, screened_before + GIFTS)
