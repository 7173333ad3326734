from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from factually.donations.card_testing.models import CardTurn

if TYPE_CHECKING:
    from factually.foundation.database import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WHO = {"address": bytes(32), "email_index": bytes(32)}
ROW = {"subject": "gift", "entry": "ctoken_1", "asked_at": NOON, **WHO}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"queue": "first", "due_at": NOON},
        {"passed_at": NOON, "answered_at": NOON, "paid": False, "card_index": bytes(32)},
    ],
)
def test_a_turn_waits_or_has_passed(database: Database, changes: dict[str, object]) -> None:
    with database.transaction() as session:
        session.execute(insert(CardTurn).values(**ROW | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"queue": "middle", "due_at": NOON},
        {"queue": "first"},
        {"due_at": NOON},
        {"passed_at": NOON, "paid": True},
        {"answered_at": NOON, "paid": True},
        {"address": b"198.51.100.7"},
        {"email_index": b"ada@example.org"},
        {"card_index": b"4242424242424242"},
    ],
)
def test_the_database_refuses_a_turn_that_makes_no_sense(
    database: Database, changes: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError, match="ck_card_turn"), database.transaction() as session:
        session.execute(insert(CardTurn).values(**ROW | changes))
