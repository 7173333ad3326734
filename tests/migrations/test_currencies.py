"""Revision 0014 with gifts already there: they stay as they were, and each currency gets its own limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from factually.donations.currencies import ACCEPTED
from factually.foundation.schema import alembic_config, upgrade
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.databases import TestDatabase

GIFT = text(
    """
    INSERT INTO gift (id, public_id, client_key, request_hash, amount_minor, currency, capacity,
        political_group, anonymous, attestation_version, attested_at, donor_name, donor_email, email_index,
        state, captured_minor, refunded_minor, created_at, updated_at)
    VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), decode(repeat('00', 32), 'hex'), :minor,
        :currency, 'own_money', false, false, '2026-11', now(), '', '', decode(repeat('01', 32), 'hex'),
        'captured', :minor, 0, now(), now())
    """,
)
STORED = text("SELECT amount_minor, currency, fee_cover_minor, counted_minor FROM gift ORDER BY 1")


def give(owner_database: Database, minor: int, currency: str) -> None:
    with owner_database.transaction() as session:
        session.execute(GIFT, {"minor": minor, "currency": currency})


def test_gifts_in_dollars_stay_as_they_were_there_and_back(
    test_database: TestDatabase, owner_database: Database
) -> None:
    config = alembic_config(test_database.owner_url, ROOT)
    command.downgrade(config, "0013")
    for minor in (500, 500_000):
        give(owner_database, minor, "USD")
    with pytest.raises(IntegrityError, match="currency_known"):
        give(owner_database, 500, "EUR")
    upgrade(test_database.owner_url, ROOT)
    kept = [(500, "USD", 0, 500), (500_000, "USD", 0, 500_000)]
    with owner_database.transaction() as session:
        assert [tuple(row) for row in session.execute(STORED)] == kept
    command.downgrade(config, "0013")
    upgrade(test_database.owner_url, ROOT)
    with owner_database.transaction() as session:
        assert [tuple(row) for row in session.execute(STORED)] == kept


def test_a_gift_in_euros_keeps_the_database_from_going_back(
    test_database: TestDatabase, owner_database: Database
) -> None:
    give(owner_database, 500, "EUR")
    with pytest.raises(IntegrityError, match="currency_known"):
        command.downgrade(alembic_config(test_database.owner_url, ROOT), "0013")
    with owner_database.transaction() as session:
        assert [tuple(row) for row in session.execute(STORED)] == [(500, "EUR", 0, 500)]


@pytest.mark.parametrize("code", sorted(ACCEPTED))
def test_the_database_knows_the_largest_gift_of_each_currency(owner_database: Database, code: str) -> None:
    largest = ACCEPTED[code].largest_minor
    give(owner_database, largest, code)
    with pytest.raises(IntegrityError, match="amount_within_limits"):
        give(owner_database, largest + 1, code)


def test_the_database_takes_no_other_currency(owner_database: Database) -> None:
    with pytest.raises(IntegrityError, match="currency_known"):
        give(owner_database, 500, "CHF")


@pytest.mark.parametrize("cover", [-1, 500])
def test_the_cover_is_a_part_of_what_the_card_pays(owner_database: Database, cover: int) -> None:
    give(owner_database, 500, "USD")
    with (
        pytest.raises(IntegrityError, match="fee_is_part_of_it"),
        owner_database.transaction() as session,
    ):
        session.execute(text("DROP TRIGGER guard_gift_cover ON gift"))
        session.execute(text("UPDATE gift SET fee_cover_minor = :cover"), {"cover": cover})


def test_what_was_added_for_the_fee_never_changes(owner_database: Database) -> None:
    give(owner_database, 500, "USD")
    with (
        pytest.raises(DBAPIError, match="what a donor stated does not change"),
        owner_database.transaction() as session,
    ):
        session.execute(text("UPDATE gift SET fee_cover_minor = 46"))
