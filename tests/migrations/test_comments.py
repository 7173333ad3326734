"""Revision 0026 with a draft already there: it can be commented on, and stays when comments go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from sqlalchemy import func, select

from factually.articles.newsroom.commenting import Remark, add_comment, list_comments
from factually.articles.newsroom.models import ArticleDraft
from factually.foundation.schema import alembic_config, upgrade
from tests.support.article_factories import short_text
from tests.support.databases import ROOT
from tests.support.newsroom import open_newsroom

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.databases import TestDatabase


def test_a_draft_of_before_is_commented_on_and_stays(
    test_database: TestDatabase, owner_database: Database, clock: FrozenClock
) -> None:
    newsroom = open_newsroom(owner_database, clock)
    slug = newsroom.begin(short_text())
    config = alembic_config(test_database.owner_url, ROOT)
    command.downgrade(config, "0023")
    upgrade(test_database.owner_url, ROOT)
    with owner_database.transaction() as session:
        draft = session.get_one(ArticleDraft, newsroom.article(slug).draft_id)
        add_comment(session, draft, Remark("Why?"), actor=newsroom.reviewer.actor, now=clock.now())
        session.flush()
        assert [comment.text for comment in list_comments(session, draft.article_id)] == ["Why?"]
    command.downgrade(config, "0023")
    with owner_database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(ArticleDraft)) == 1
