"""Many small public articles at once, for lists that are read in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from datetime import datetime

    from factually.foundation.database import Database

_STATEMENTS = (
    """
    INSERT INTO article (id, slug, kind, origin, stage, standing, created_at)
    SELECT gen_random_uuid(), 'made-up-' || n, 'explainer', 'newsroom', 'writing', 'unseen',
        CAST(:first AS timestamptz) + n * interval '1 second'
    FROM generate_series(0, :count - 1) AS n
    """,
    """
    INSERT INTO article_revision (
        article_id, number, document, sha256, title, summary, evidence, evidence_errors, created_at
    )
    SELECT id, 1, document, encode(sha256(document), 'hex'), slug, slug, '{}', 0, created_at
    FROM article, LATERAL (SELECT convert_to(slug, 'UTF8')) AS made (document) WHERE standing = 'unseen'
    """,
    """
    INSERT INTO article_publication (
        article_id, number, evidence_errors, change, published_at, actor_kind, actor_id
    )
    SELECT id, 1, 0, 'first', created_at, 'system', 'test' FROM article WHERE standing = 'unseen'
    """,
    """
    UPDATE article SET stage = 'done', standing = 'published', published_number = 1, published_at = created_at
    WHERE standing = 'unseen'
    """,
)


def add_many_articles(database: Database, count: int, *, first: datetime) -> None:
    """Publish `made-up-0`, `made-up-1` and so on, a second apart."""
    with database.transaction() as session:
        for statement in _STATEMENTS:
            session.execute(text(statement), {"count": count, "first": first})
