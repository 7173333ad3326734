"""What migration 0027 adds, and what its tables refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.article_factories import short_text
from tests.support.correction_requests import Readers

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.newsroom import Newsroom

REQUEST = """
    INSERT INTO correction_request (id, public_id, article_id, wrong, instead, source_url, received_at)
    SELECT gen_random_uuid(), repeat('a', 26), id, 'Wrong.', 'Right.', NULL, now() FROM article
"""
STEP = """
    INSERT INTO correction_request_step (request_id, outcome, reason, note_id, account_id, at)
    SELECT r.id, 'declined', 'It is right.', NULL, a.id, now() FROM correction_request r, account a LIMIT 1
"""


def test_requests_and_decisions_only_grow_and_are_what_they_say(
    database: Database, newsroom: Newsroom, keyring: Keyring
) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    Readers(newsroom, keyring).report(slug)
    for statement, refusal in (
        ("UPDATE correction_request SET wrong = 'Other.'", "permission denied"),
        ("DELETE FROM correction_request_step", "permission denied"),
        ("UPDATE correction_request_reader SET email = NULL", "permission denied"),
        (REQUEST.replace("'Wrong.'", "' '"), "said"),
        (REQUEST.replace("'Wrong.'", "repeat('x', 3001)"), "words_bounded"),
        (REQUEST.replace("NULL", "'javascript:x'"), "source_is_web"),
        (REQUEST.replace("'a', 26", "'A', 26"), "public_id_shape"),
        (STEP.replace("'It is right.'", "''"), "reasoned"),
        (STEP.replace("'declined'", "'forgotten'"), "outcome_known"),
        (STEP.replace("'declined'", "'answered'"), "answered_by_note"),
        (STEP.replace("'declined'", "'answered'").replace("NULL", "7"), "note is of another article"),
        (f"{STEP}; {STEP.replace('declined', 'accepted')}", "has its outcome"),
    ):
        with pytest.raises(DBAPIError, match=refusal), database.transaction() as session:
            for part in statement.split(";"):
                session.execute(text(part))
