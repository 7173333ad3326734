"""Revision 0022 with articles already there: readers see the same, a draft of before is still a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from sqlalchemy import select, text

from factually.articles.models import Article
from factually.articles.newsroom.saving import head_draft
from factually.articles.queries import find_published, latest_articles
from factually.foundation.schema import alembic_config, upgrade
from tests.support.article_factories import published, short_text
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.databases import TestDatabase

DRAFT = text(
    """
    WITH draft AS (
        INSERT INTO article (id, slug, kind, origin, status, created_at)
        VALUES (gen_random_uuid(), 'a-draft', 'explainer', 'legacy_import', 'draft', now()) RETURNING id
    )
    INSERT INTO article_revision
        (article_id, number, document, sha256, title, summary, evidence, evidence_errors, created_at)
    SELECT draft.id, 1, document, sha256, title, summary, evidence, evidence_errors, now()
    FROM draft, article_revision
    """
)


def test_articles_of_before_stand_as_they_did(
    test_database: TestDatabase, owner_database: Database, clock: FrozenClock
) -> None:
    slug = published(owner_database, short_text(), now=clock.now()).slug
    config = alembic_config(test_database.owner_url, ROOT)
    command.downgrade(config, "0021")
    with owner_database.transaction() as session:
        status = session.scalar(text("SELECT status FROM article"))
        session.execute(DRAFT)
    assert status == "published"
    upgrade(test_database.owner_url, ROOT)
    with owner_database.reading() as connection:
        assert find_published(connection, slug) is not None
        assert [article.slug for article in latest_articles(connection, 10)] == [slug]
        changes = connection.scalar(text("SELECT change FROM article_publication"))
    assert changes == "unnoted"
    with owner_database.transaction() as session:
        article = session.scalars(select(Article).where(Article.slug == "a-draft")).one()
        assert (article.stage, article.standing) == ("writing", "unseen")
        draft = head_draft(session, article, now=clock.now())
        assert draft is not None
        assert draft.title == "Does water boil at 100 °C?"
