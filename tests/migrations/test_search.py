"""What migration 0028 adds, and what its tables refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from factually.foundation.database import Database


def test_what_is_found_is_an_article_and_is_made_anew_not_changed(database: Database) -> None:
    lost = text(
        "INSERT INTO article_search (article_id, kind, published_at, original, folded, words) "
        "VALUES (gen_random_uuid(), 'explainer', now(), 'Water', 'Water', to_tsvector('english', 'Water'))"
    )
    with pytest.raises(DBAPIError, match="fk_article_search_article_id"), database.transaction() as session:
        session.execute(lost)
    change = text("UPDATE article_search SET folded = ''")
    with pytest.raises(DBAPIError, match="permission denied"), database.transaction() as session:
        session.execute(change)
