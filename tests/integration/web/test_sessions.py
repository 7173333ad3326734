from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from factually.foundation.identifiers import new_id
from factually.web.sessions import (
    ABSOLUTE_LIMIT,
    IDLE_LIMIT,
    TOUCH_AFTER,
    LiveSession,
    end_all_sessions,
    end_session,
    find_session,
    start_session,
    touch_session,
)

if TYPE_CHECKING:
    import uuid

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


def begin(database: Database, clock: FrozenClock, account_id: uuid.UUID) -> str:
    with database.transaction() as session:
        return start_session(session, account_id, now=clock.now())


def find(database: Database, clock: FrozenClock, token: str) -> LiveSession | None:
    with database.reading() as connection:
        return find_session(connection, token, now=clock.now())


def test_a_token_finds_its_account_and_another_finds_nobody(database: Database, clock: FrozenClock) -> None:
    account_id = new_id()
    found = find(database, clock, begin(database, clock, account_id))
    assert found is not None
    assert found.account_id == account_id
    assert find(database, clock, "made up") is None


def test_an_ended_session_is_gone(database: Database, clock: FrozenClock) -> None:
    token, other = (begin(database, clock, new_id()) for _ in range(2))
    with database.transaction() as session:
        end_session(session, token, now=clock.now())
    assert find(database, clock, token) is None
    assert find(database, clock, other) is not None


def test_all_sessions_of_one_account_end_together(database: Database, clock: FrozenClock) -> None:
    account_id = new_id()
    tokens = [begin(database, clock, account_id) for _ in range(2)]
    other = begin(database, clock, new_id())
    with database.transaction() as session:
        end_all_sessions(session, account_id, now=clock.now())
    assert [find(database, clock, token) for token in tokens] == [None, None]
    assert find(database, clock, other) is not None


def test_a_session_idles_out_unless_it_is_touched(database: Database, clock: FrozenClock) -> None:
    token, other = (begin(database, clock, new_id()) for _ in range(2))
    clock.advance(IDLE_LIMIT - timedelta(seconds=1))
    found = find(database, clock, token)
    assert found is not None
    with database.transaction() as session:
        touch_session(session, found.id, now=clock.now())
    clock.advance(timedelta(seconds=1))
    assert find(database, clock, token) is not None
    assert find(database, clock, other) is None


def test_no_session_outlives_the_absolute_limit(database: Database, clock: FrozenClock) -> None:
    token = begin(database, clock, new_id())
    ends = clock.now() + ABSOLUTE_LIMIT
    while clock.now() < ends - IDLE_LIMIT / 2:
        clock.advance(IDLE_LIMIT / 2)
        found = find(database, clock, token)
        assert found is not None
        with database.transaction() as session:
            touch_session(session, found.id, now=clock.now())
    clock.advance(IDLE_LIMIT / 2)
    assert find(database, clock, token) is None


def test_a_fresh_sight_is_not_written_again(database: Database, clock: FrozenClock) -> None:
    token = begin(database, clock, new_id())
    clock.advance(TOUCH_AFTER)
    first = find(database, clock, token)
    clock.advance(timedelta(seconds=1))
    second = find(database, clock, token)
    assert first is not None
    assert second is not None
    assert (first.needs_touch, second.needs_touch) == (False, True)
