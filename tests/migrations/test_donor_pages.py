"""What the database itself holds of erasure and anonymity, whatever the app's code does."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factually.foundation.crypto import ERASED
from tests.support.donation_factories import kept_gift

if TYPE_CHECKING:
    from factually.donations.models import Gift
    from factually.foundation.database import Database

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BLANKABLE = {
    ("gift_decision", "reason"),
    ("rescreening_decision", "reason"),
    ("screening", "inputs"),
    ("screening_finding", "detail"),
}
SCREENING = text(
    "INSERT INTO screening (id, gift_id, stage, matcher, facts, inputs, inputs_hash, outcome, created_at) "
    "VALUES (:id, :gift, 'before_authorisation', 'test', '{}', 'sealed', :hash, 'hold', now())"
)
COLUMN_GRANTS = text(
    """
    SELECT column_grant.table_name, column_grant.column_name
    FROM information_schema.column_privileges column_grant
    WHERE grantee = 'factually_app' AND privilege_type = 'UPDATE' AND table_schema = 'public'
        AND NOT EXISTS (
            SELECT FROM information_schema.role_table_grants whole
            WHERE whole.table_name = column_grant.table_name AND whole.grantee = 'factually_app'
                AND whole.privilege_type = 'UPDATE'
        )
    """
)


def kept(database: Database) -> Gift:
    gift = kept_gift(now=NOW, email=b"a" * 32, card=b"c" * 32)
    with database.transaction() as session:
        session.add(gift)
    return gift


def run(database: Database, statement: str, **values: object) -> None:
    with database.transaction() as session:
        session.execute(text(statement), values)


def note_erasure(database: Database, gift: Gift) -> None:
    run(database, "INSERT INTO gift_erasure VALUES (:id, now(), now())", id=gift.id)


def test_the_app_may_blank_exactly_these_columns_of_append_only_tables(owner_database: Database) -> None:
    with owner_database.transaction() as session:
        assert {tuple(row) for row in session.execute(COLUMN_GRANTS)} == BLANKABLE


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE gift SET donor_name = 'x'",
        "UPDATE gift SET donor_email = '\\x00'",
        "UPDATE gift SET email_index = decode(repeat('07', 32), 'hex')",
    ],
)
def test_who_gave_is_never_rewritten(database: Database, change: str) -> None:
    kept(database)
    with pytest.raises(DBAPIError, match="only erased"):
        run(database, change)


def test_who_gave_is_not_blanked_before_an_erasure_is_noted(database: Database) -> None:
    gift = kept(database)
    with pytest.raises(DBAPIError, match="only erased"):
        run(database, "UPDATE gift SET donor_name = :erased", erased=ERASED)
    with pytest.raises(DBAPIError, match="set once"):
        run(database, "UPDATE gift SET card_index = NULL")
    note_erasure(database, gift)
    run(
        database,
        "UPDATE gift SET donor_name = :erased, card_index = NULL, email_index = :index WHERE id = :id",
        id=gift.id,
        erased=ERASED,
        index=b"z" * 32,
    )


def test_after_an_erasure_nothing_else_can_be_written_in(database: Database) -> None:
    gift = kept(database)
    note_erasure(database, gift)
    with pytest.raises(DBAPIError, match="only erased"):
        run(database, "UPDATE gift SET donor_name = 'Somebody' WHERE id = :id", id=gift.id)


def test_anonymity_changes_only_by_a_noted_wish(database: Database) -> None:
    gift = kept(database)
    change = "UPDATE gift SET anonymous = true WHERE id = :id"
    with pytest.raises(DBAPIError, match="noted before it counts"):
        run(database, change, id=gift.id)
    note = "INSERT INTO gift_anonymity (gift_id, anonymous, at, session_id) VALUES (:id, :wish, now(), :id)"
    run(database, note, id=gift.id, wish=True)
    run(database, change, id=gift.id)
    with pytest.raises(DBAPIError, match="noted before it counts"):
        run(database, "UPDATE gift SET anonymous = false WHERE id = :id", id=gift.id)


def test_a_screening_is_blanked_once_its_donor_was_erased_and_changes_in_no_other_way(
    database: Database, owner_database: Database
) -> None:
    gift = kept(database)
    with database.transaction() as session:
        session.execute(SCREENING, {"id": uuid.uuid4(), "gift": gift.id, "hash": bytes(32)})
    blank = "UPDATE screening SET inputs = :erased"
    with pytest.raises(DBAPIError, match="append-only"):
        run(database, blank, erased=ERASED)
    note_erasure(database, gift)
    with pytest.raises(DBAPIError, match="append-only"):
        run(owner_database, "UPDATE screening SET inputs = 'other'")
    with pytest.raises(DBAPIError, match="append-only"):
        run(owner_database, "UPDATE screening SET inputs = :erased, outcome = 'refuse'", erased=ERASED)
    with pytest.raises(DBAPIError, match="permission denied"):
        run(database, "UPDATE screening SET outcome = 'refuse'")
    with pytest.raises(DBAPIError, match="append-only"):
        run(owner_database, "DELETE FROM screening")
    run(database, blank, erased=ERASED)
