from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from factually.independence.registers.differences import (
    Change,
    RegisterDiff,
    changed_keys,
    register_diff,
    row_changes,
    version_before,
)
from factually.independence.registers.loading import load_register
from tests.support.independence_factories import ENTRIES, NOW, register_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from factually.foundation.database import Database
    from factually.independence.registers.entries import Entry

RENAMED = replace(ENTRIES[1], name="RENAMED COMMITTEE")
LATER = (ENTRIES[0], RENAMED, *ENTRIES[3:], replace(ENTRIES[0], key="C00900009"))
"""One committee renamed, one gone, one new."""


def loaded(session: Session, entries: Sequence[Entry], days: int = 0) -> int:
    return load_register(session, register_file(entries), now=NOW + timedelta(days=days)).version_id


def test_rows_are_told_to_be_added_changed_and_removed(database: Database) -> None:
    with database.transaction() as session:
        old, new = loaded(session, ENTRIES), loaded(session, LATER)
        assert register_diff(session, old, new) == RegisterDiff(added=1, changed=1, removed=1)
        assert register_diff(session, new, old) == RegisterDiff(added=1, changed=1, removed=1)
        assert register_diff(session, new, new) == RegisterDiff(added=0, changed=0, removed=0)
        changes = row_changes(session, old, new, limit=9)
    assert [(change.key, change.change) for change in changes] == [
        (RENAMED.key, Change.CHANGED),
        (ENTRIES[2].key, Change.REMOVED),
        ("C00900009", Change.ADDED),
    ]
    assert changes[0].after
    assert changes[0].after.former_names == (*RENAMED.former_names, ENTRIES[1].name)


def test_keys_to_be_screened_against_are_those_of_new_and_changed_rows(database: Database) -> None:
    with database.transaction() as session:
        old, new = loaded(session, ENTRIES), loaded(session, LATER)
        assert list(changed_keys(session, old, new)) == [RENAMED.key, "C00900009"]
        assert list(changed_keys(session, None, old)) == sorted(entry.key for entry in ENTRIES)


def test_the_version_before_is_the_one_that_was_in_force_last(database: Database) -> None:
    with database.transaction() as session:
        first = loaded(session, ENTRIES)
        second = loaded(session, LATER, days=1)
        assert version_before(session, "fec_committees", first) is None
        assert version_before(session, "fec_committees", second) == first
        loaded(session, ENTRIES, days=2)
        assert version_before(session, "fec_committees", first) == second
        third = loaded(session, ENTRIES[:3], days=3)
        assert version_before(session, "fec_committees", third) == first
