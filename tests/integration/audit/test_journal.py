from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from factually.audit.journal import SYSTEM, Actor, entries_about, record

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


def test_an_entry_says_who_did_what_on_what_and_when(database: Database, clock: FrozenClock) -> None:
    with database.transaction() as session:
        record(
            session, actor=SYSTEM, event="gift.viewed", subject="gift:1", now=clock.now(), details={"why": 1}
        )
        record(session, actor=SYSTEM, event="gift.viewed", subject="gift:2", now=clock.now())
    with database.reading() as connection:
        entries = entries_about(connection, "gift:1")
    assert [tuple(entry) for entry in entries] == [
        (clock.now(), "system", "factually", "gift.viewed", {"why": 1}),
    ]


def test_an_entry_that_cannot_be_written_stops_the_act_at_once(
    database: Database, clock: FrozenClock
) -> None:
    reached = False
    with pytest.raises(IntegrityError), database.transaction() as session:
        record(session, actor=Actor("stranger", "1"), event="gift.viewed", subject="gift:1", now=clock.now())
        reached = True
    assert not reached


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal_entry SET event = 'x'", "DELETE FROM journal_entry", "TRUNCATE journal_entry"],
)
def test_nobody_rewrites_the_journal(
    database: Database,
    owner_database: Database,
    clock: FrozenClock,
    statement: str,
) -> None:
    with database.transaction() as session:
        record(session, actor=SYSTEM, event="gift.viewed", subject="gift:1", now=clock.now())
    with pytest.raises(ProgrammingError, match="permission denied"), database.transaction() as session:
        session.execute(text(statement))
    with pytest.raises(DBAPIError, match="append-only"), owner_database.transaction() as session:
        session.execute(text(statement))
