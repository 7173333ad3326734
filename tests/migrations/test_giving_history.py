"""Revision 0005 with gifts already there: what they count is worked out, and nothing of them is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from sqlalchemy import text

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
    VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), decode(repeat('00', 32), 'hex'), 500,
        'USD', 'own_money', false, :anonymous, '2026-11', :at, '', '', decode(repeat('01', 32), 'hex'),
        :state, :taken, :back, :at, :at)
    """,
)
NEW_YEAR_IN_BERLIN = "2026-01-01 00:30+01"
SPRING = "2026-04-01 12:00+00"


def test_gifts_that_were_there_before_are_counted_in_their_year(
    test_database: TestDatabase, owner_database: Database
) -> None:
    command.downgrade(alembic_config(test_database.owner_url, ROOT), "0004")
    with owner_database.transaction() as session:
        for state, taken, back, anonymous, at in (
            ("captured", 500, 0, False, SPRING),
            ("partly_refunded", 500, 200, False, SPRING),
            ("authorising", 0, 0, True, SPRING),
            ("lost", 500, 0, False, SPRING),
            ("released", 0, 0, True, SPRING),
            ("captured", 500, 0, False, NEW_YEAR_IN_BERLIN),
        ):
            gift = {"state": state, "taken": taken, "back": back, "anonymous": anonymous, "at": at}
            session.execute(GIFT, gift)
    upgrade(test_database.owner_url, ROOT)
    totals = text(
        "SELECT year, anonymous, sum(minor)::int FROM giving_total "
        "GROUP BY 1, 2 HAVING sum(minor) > 0 ORDER BY 1, 2",
    )
    with owner_database.transaction() as session:
        assert [tuple(row) for row in session.execute(totals)] == [
            (2025, False, 500),
            (2026, False, 800),
            (2026, True, 500),
        ]
        assert session.execute(text("SELECT count(*) FROM gift")).scalar_one() == 6
