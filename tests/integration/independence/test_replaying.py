from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from factually.foundation.crypto import DamagedCiphertext
from factually.foundation.errors import NotFound
from factually.independence.publishing import packaged_policy, publish_policy
from factually.independence.registers.engine import ENGINE
from factually.independence.registers.loading import load_register
from factually.independence.replaying import replay
from factually.independence.screening import screen
from tests.support.independence_factories import (
    ENTRIES,
    FIRST_GIFT,
    NOW,
    OWN_GIFT,
    organisation_gift,
    prepare_screening,
    register_file,
)
from tests.support.rule_factories import earlier_version

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from factually.independence.subjects import ScreeningSubject

GIFT = uuid.UUID("00000000-0000-4000-8000-000000000001")


def screened(database: Database, subject: ScreeningSubject, keyring: Keyring) -> uuid.UUID:
    with database.transaction() as session:
        prepare_screening(session)
        return screen(session, subject, gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT).id


def tamper(owner: Database, change: str) -> None:
    """Change a stored row as only somebody with the owner's rights could: with the guards switched off."""
    with owner.transaction() as session:
        for table in ("screening", "screening_finding"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        session.execute(text(change))


@pytest.mark.parametrize("name", ["Made-up Bakery", "ActBlue", "Republican National Committee", "None"])
def test_a_decision_is_come_to_again_after_registers_and_policy_moved_on(
    database: Database, keyring: Keyring, name: str
) -> None:
    screening_id = screened(database, organisation_gift(name), keyring)
    later = {
        **json.loads(packaged_policy()),
        "version": "2026-12-01",
        "effective_from": "2026-12-01T00:00:00Z",
    }
    with database.transaction() as session:
        load_register(session, register_file(ENTRIES[4:]), now=NOW + timedelta(days=1))
        publish_policy(session, json.dumps(later), now=NOW)
        report = replay(session, screening_id, keyring=keyring)
    assert report.same
    assert report.differences == ()


def test_a_failed_screening_is_replayed_as_the_hold_it_was(database: Database, keyring: Keyring) -> None:
    with database.transaction() as session:
        failed = screen(session, OWN_GIFT, gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT)
        prepare_screening(session)
        assert replay(session, failed.id, keyring=keyring).same


def test_a_screening_whose_register_could_not_be_read_is_replayed_as_the_hold_it_was(
    database: Database, owner_database: Database, keyring: Keyring
) -> None:
    with database.transaction() as session:
        prepare_screening(session)
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE register_name RENAME TO register_name_lost"))
    with database.transaction() as session:
        failed = screen(session, OWN_GIFT, gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT)
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE register_name_lost RENAME TO register_name"))
    with database.transaction() as session:
        assert failed.policy_version is not None
        assert replay(session, failed.id, keyring=keyring).same


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("UPDATE screening SET outcome = 'allow'", "The outcome was allow and is now hold."),
        (
            "UPDATE screening_finding SET outcome = 'allow' WHERE rule_id = 'DS03'",
            "DS03 answered allow and now answers hold.",
        ),
        (
            "UPDATE screening_finding SET reason_text = 'Other' WHERE rule_id = 'DS02'",
            "DS02 answers allow again, on other evidence.",
        ),
        (
            "DELETE FROM screening_finding WHERE rule_id = 'DS01'",
            "Other rules answered, or in another order.",
        ),
        (
            "UPDATE screening SET inputs_hash = decode(repeat('00', 32), 'hex')",
            "The inputs do not have the hash that was stored with them.",
        ),
        ("UPDATE screening SET matcher = 'older'", f"It was made by older; this is {ENGINE}."),
    ],
)
def test_a_record_that_was_altered_is_told(
    database: Database, owner_database: Database, keyring: Keyring, change: str, difference: str
) -> None:
    screening_id = screened(database, organisation_gift("ActBlue"), keyring)
    tamper(owner_database, change)
    with database.transaction() as session:
        report = replay(session, screening_id, keyring=keyring)
    assert not report.same
    assert report.differences == (difference,)


def test_inputs_that_were_altered_do_not_open(
    database: Database, owner_database: Database, keyring: Keyring
) -> None:
    screening_id = screened(database, OWN_GIFT, keyring)
    tamper(owner_database, "UPDATE screening SET inputs = overlay(inputs PLACING '\\xff'::bytea FROM 20)")
    with database.transaction() as session, pytest.raises(DamagedCiphertext):
        replay(session, screening_id, keyring=keyring)


def test_a_screening_that_never_was_is_not_found(database: Database, keyring: Keyring) -> None:
    with database.transaction() as session, pytest.raises(NotFound):
        replay(session, uuid.uuid4(), keyring=keyring)


@pytest.mark.parametrize("name", ["Made-up Bakery", "ActBlue", "Republican National Committee"])
def test_a_decision_under_a_policy_of_fewer_rules_is_come_to_again(
    database: Database, keyring: Keyring, name: str
) -> None:
    with database.transaction() as session:
        load_register(session, register_file(), now=NOW)
        session.add(earlier_version())
        session.flush()
        screening = screen(
            session, organisation_gift(name), gift_id=GIFT, keyring=keyring, now=NOW, history=FIRST_GIFT
        )
        publish_policy(session, packaged_policy(), now=NOW)
        assert replay(session, screening.id, keyring=keyring).differences == ()
    assert screening.policy_version == "2026-11-24"
