from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from factually.donations.card_testing.admitting import admit
from factually.donations.card_testing.tasks import tasks
from factually.donations.card_testing.turns import Ask
from factually.jobs.context import WorkerContext
from factually.jobs.queue import defer
from factually.jobs.worker import make_worker_app, run_worker
from factually.web.rate_limits import PostgresStorage

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


def test_the_worker_forgets_turns_and_counts_that_no_limit_looks_at(
    database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    for gift in ("old", "new"):
        admit(database, Ask(subject=gift, entry=gift, address=bytes(32), email_index=bytes(32)), clock=clock)
        PostgresStorage(database, keyring, clock).incr(gift, 3600)
        clock.advance(timedelta(hours=23))
    clock.advance(-timedelta(hours=21))
    with database.transaction() as session:
        defer(session, "card_testing.forget", timestamp=0)
    run_worker(make_worker_app(database.url, [tasks]), WorkerContext(database, clock, keyring), wait=False)
    with database.transaction() as session:
        assert session.execute(text("SELECT subject FROM card_turn")).scalars().all() == ["new"]
        assert session.execute(text("SELECT count(*) FROM rate_limit_counter")).scalar_one() == 0
