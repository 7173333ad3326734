"""What migration 0023 adds, and what its tables refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from factually.foundation.database import Database

SOURCE = text(
    """
    INSERT INTO source (id, url, domain, title, publisher, csl, state, failures, due_at, version, created_at,
        changed_at)
    VALUES ('00000000-0000-0000-0000-000000000001', 'https://water.example/', 'water.example', 'Boiling',
        'Institute', '{}', 'unchecked', 0, now(), 1, now(), now())
    """
)
CAPTURE = text(
    """
    INSERT INTO source_capture (id, source_id, url, wacz, sha256, captured_at)
    VALUES (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'https://water.example/', 'made up',
        encode(sha256('made up'), 'hex'), now())
    """
)


def test_a_record_can_be_kept_with_a_copy_whose_hash_is_checked(database: Database) -> None:
    with database.transaction() as session:
        session.execute(SOURCE)
        session.execute(CAPTURE)
    for statement, refusal in (
        ("UPDATE source_capture SET url = 'https://other.example/'", "permission denied"),
        ("UPDATE source SET url = 'ftp://water.example/'", "url_is_web"),
        ("UPDATE source SET interest = 'yes'", "interest_is_said"),
        ("UPDATE source SET published = 'May 2024'", "published_is_date"),
        ("UPDATE source SET archived_on = '2024'", "copy_has_address"),
        ("UPDATE source SET quote = 'Water boils.'", "quote_whole"),
        ("UPDATE source SET state = 'gone'", "state_known"),
        ("DELETE FROM source", "permission denied"),
        (CAPTURE.text.replace("encode(sha256('made up'), 'hex')", "repeat('0', 64)"), "hash_of_copy"),
    ):
        with pytest.raises(DBAPIError, match=refusal), database.transaction() as session:
            session.execute(text(statement))
