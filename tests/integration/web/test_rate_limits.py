from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from factually.foundation.database import Database
from factually.foundation.errors import Unavailable
from factually.web.rate_limits import PostgresStorage

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring
    from tests.support.clock import FrozenClock

FIVE = parse("5 per minute")


@pytest.fixture
def storage(database: Database, keyring: Keyring, clock: FrozenClock) -> PostgresStorage:
    return PostgresStorage(database, keyring, clock)


def test_attempts_past_the_limit_are_refused_until_the_window_is_over(
    storage: PostgresStorage,
    clock: FrozenClock,
) -> None:
    limiter = FixedWindowRateLimiter(storage)
    assert [limiter.hit(FIVE, "198.51.100.7") for _ in range(6)] == [True] * 5 + [False]
    assert limiter.hit(FIVE, "198.51.100.8")
    clock.advance(timedelta(minutes=1))
    assert limiter.hit(FIVE, "198.51.100.7")


def test_parallel_processes_share_one_count(
    database: Database,
    keyring: Keyring,
    clock: FrozenClock,
) -> None:
    limiters = [FixedWindowRateLimiter(PostgresStorage(database, keyring, clock)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        passed = list(pool.map(lambda number: limiters[number % 4].hit(FIVE, "198.51.100.7"), range(20)))
    assert passed.count(True) == 5


def test_the_count_and_the_end_of_the_window_can_be_read(
    storage: PostgresStorage, clock: FrozenClock
) -> None:
    storage.incr("key", 60)
    storage.incr("key", 60)
    assert storage.get("key") == 2
    assert storage.get("another") == 0
    assert storage.get_expiry("key") == clock.now().timestamp() + 60
    storage.clear("key")
    assert storage.get("key") == 0
    assert storage.check()


def test_windows_that_are_over_are_forgotten(storage: PostgresStorage, clock: FrozenClock) -> None:
    storage.incr("old", 60)
    clock.advance(timedelta(seconds=61))
    storage.incr("new", 60)
    assert storage.reset() == 1
    assert storage.get("new") == 1


def test_with_the_store_gone_nobody_passes(keyring: Keyring, clock: FrozenClock) -> None:
    gone = PostgresStorage(Database("postgresql:///none?host=/nowhere"), keyring, clock)
    with pytest.raises(Unavailable):
        FixedWindowRateLimiter(gone).hit(FIVE, "198.51.100.7")
