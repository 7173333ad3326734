"""The index of donors keeps up with the screenings, and holds none that may still be hidden from others."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from factually.independence.naming.canonical import canonical_name
from factually.independence.rescreening import catching_up
from factually.independence.rescreening.catching_up import catch_up
from factually.independence.screening import screen
from factually.independence.subjects import Stage
from tests.support.independence_factories import NOW, organisation_gift, prepare_screening

if TYPE_CHECKING:
    import pytest

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database

LATER = NOW + timedelta(minutes=5)


def give(database: Database, keyring: Keyring, *names: str, minutes: int = 0) -> None:
    with database.transaction() as session:
        for name in names:
            subject = replace(organisation_gift(name), stage=Stage.AFTER_AUTHORISATION)
            at = NOW + timedelta(minutes=minutes)
            screen(session, subject, gift_id=uuid.uuid4(), keyring=keyring, now=at)


def found(database: Database, keyring: Keyring, name: str) -> list[int]:
    return catch_up(database, keyring=keyring, now=LATER).reading().alike(canonical_name(name))


def test_without_donors_nothing_is_found(database: Database, keyring: Keyring) -> None:
    assert found(database, keyring, "Miller Bakery") == []


def test_new_donors_are_added_to_those_of_before(database: Database, keyring: Keyring) -> None:
    with database.transaction() as session:
        prepare_screening(session)
    give(database, keyring, "Miller Bakery", "Harbour School of Music")
    assert found(database, keyring, "Miller Bakery") == [1]
    give(database, keyring, "Prairie Books")
    assert found(database, keyring, "Prairie Books") == [3]
    assert found(database, keyring, "Miller Bakery") == [1]


def test_a_gift_of_the_last_two_minutes_stays_out(database: Database, keyring: Keyring) -> None:
    with database.transaction() as session:
        prepare_screening(session)
    give(database, keyring, "Miller Bakery")
    give(database, keyring, "Prairie Books", minutes=4)
    assert found(database, keyring, "Prairie Books") == []
    assert found(database, keyring, "Miller Bakery") == [1]


def test_many_donors_are_added_some_at_a_time(
    database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "AT_ONCE", 2)
    with database.transaction() as session:
        prepare_screening(session)
    give(database, keyring, "Miller Bakery", "Prairie Books", "Harbour School of Music", "Grain Growers")
    told: list[int] = []
    catch_up(database, keyring=keyring, now=LATER, added=told.append)
    assert told == [2, 2, 0]
    assert found(database, keyring, "Grain Growers") == [4]


def test_an_index_of_another_database_is_made_anew(
    database: Database, keyring: Keyring, owner_database: Database
) -> None:
    with database.transaction() as session:
        prepare_screening(session)
    give(database, keyring, "Miller Bakery", "Prairie Books")
    assert found(database, keyring, "Prairie Books") == [2]
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE screening DISABLE TRIGGER USER"))
        session.execute(text("ALTER TABLE screening_finding DISABLE TRIGGER USER"))
        session.execute(text("DELETE FROM screening_finding"))
        session.execute(text("DELETE FROM screening"))
        session.execute(text("ALTER TABLE screening ALTER number RESTART"))
    give(database, keyring, "Harbour School of Music", "Grain Growers")
    assert found(database, keyring, "Grain Growers") == [2]
    assert found(database, keyring, "Prairie Books") == []
