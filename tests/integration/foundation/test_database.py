"""The pools of connections: a burst opens none, and none is waited for without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.foundation.database import Database
from factually.foundation.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.databases import TestDatabase

PLACES = 2


@pytest.fixture
def small(test_database: TestDatabase) -> Iterator[Database]:
    """A database with few connections, for which nobody waits long."""
    database = Database(test_database.app_url, pool_size=PLACES, patience=0.05)
    yield database
    database.dispose()


def _connections(database: Database) -> int:
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle'"
    )
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def test_all_connections_can_be_opened_before_they_are_needed(small: Database) -> None:
    small.fill_pools()
    # The one that asks is not idle.
    assert _connections(small) == 2 * PLACES - 1


def test_a_database_that_does_not_answer_yet_stops_no_start(test_database: TestDatabase) -> None:
    gone = Database(test_database.app_url.rsplit("/", 1)[0] + "/not-there")
    gone.fill_pools()
    with pytest.raises(Unavailable, match="not answering"), gone.reading():
        pass
    gone.dispose()


def test_whoever_finds_all_connections_in_use_is_told_soon(small: Database) -> None:
    with small.transaction() as first, small.transaction() as second:
        first.execute(text("SELECT 1"))
        second.execute(text("SELECT 1"))
        with pytest.raises(Unavailable, match="not answering"), small.transaction() as third:
            third.execute(text("SELECT 1"))
        with small.reading() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
