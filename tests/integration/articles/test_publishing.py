from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from factually.articles.drafting import add_revision, latest_revision
from factually.articles.importing import ImportRequest, import_article
from factually.articles.models import Article, ArticlePublication
from factually.articles.parsing import parse_article
from factually.articles.publishing import publish_revision
from factually.audit.journal import SYSTEM, JournalEntry
from factually.foundation.errors import Conflict
from factually.foundation.identifiers import new_id
from tests.support.article_factories import OVERRIDE, SAMPLE, published, short_text

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

PUBLISH = (
    "INSERT INTO article_publication"
    " (article_id, number, evidence_errors, published_at, actor_kind, actor_id) SELECT"
)
REVISE = "INSERT INTO article_revision SELECT"
SAME = "title, summary, evidence, evidence_errors, author_id, approver_id, created_at"


def test_the_override_and_who_published_are_recorded(database: Database, clock: FrozenClock) -> None:
    imported = published(database, SAMPLE, now=clock.now())
    with database.transaction() as session:
        article = session.scalars(select(Article)).one()
        publication = session.scalars(select(ArticlePublication)).one()
        entry = session.scalars(select(JournalEntry).where(JournalEntry.event == "article.published")).one()
    assert (article.status, article.published_number, article.published_at) == ("published", 1, clock.now())
    assert (publication.override_reason, publication.override_by) == (OVERRIDE.reason, OVERRIDE.by)
    assert (publication.actor_kind, publication.actor_id) == (SYSTEM.kind, SYSTEM.id)
    assert entry.subject == f"article:{article.id}"
    assert entry.details == {
        "number": 1,
        "sha256": imported.sha256,
        "override_reason": OVERRIDE.reason,
    }


def test_an_override_without_errors_is_left_out(database: Database, clock: FrozenClock) -> None:
    published(database, short_text(), now=clock.now())
    with database.transaction() as session:
        publication = session.scalars(select(ArticlePublication)).one()
    assert (publication.override_reason, publication.override_by) == (None, None)


def test_a_second_revision_is_chained_to_the_first_and_keeps_the_first_date(
    database: Database, clock: FrozenClock
) -> None:
    imported = published(database, short_text(), now=clock.now())
    first_public = clock.now()
    clock.advance(timedelta(hours=1))
    with database.transaction() as session:
        article = session.scalars(select(Article)).one()
        content = parse_article(short_text(section="Altitude moves it [1] [2].")).content
        revision = add_revision(session, article, content, now=clock.now())
        assert (revision.number, revision.previous_sha256) == (2, imported.sha256)
        publish_revision(session, revision, override=None, actor=SYSTEM, now=clock.now())
        assert (article.published_number, article.published_at) == (2, first_public)


def test_an_article_is_of_the_kind_its_public_revision_is(database: Database, clock: FrozenClock) -> None:
    published(database, short_text(), now=clock.now())
    with database.transaction() as session:
        article = session.scalars(select(Article)).one()
        content = replace(parse_article(short_text()).content, kind="analysis")
        revision = add_revision(session, article, content, now=clock.now())
        assert article.kind == "explainer"
        publish_revision(session, revision, override=None, actor=SYSTEM, now=clock.now())
        assert article.kind == "analysis"


def test_a_revision_is_made_public_once(database: Database, clock: FrozenClock) -> None:
    published(database, short_text(), now=clock.now())
    with database.transaction() as session:
        revision = latest_revision(session, session.scalars(select(Article)).one())
        assert revision is not None
        with pytest.raises(Conflict, match="This revision or a later one is already public"):
            publish_revision(session, revision, override=None, actor=SYSTEM, now=clock.now())


def test_one_error_is_told_in_the_singular(database: Database, clock: FrozenClock) -> None:
    unread = short_text() + "\n[3] Unread, Nobody, n.d., https://nobody.example/"
    with database.transaction() as session:
        article = Article(
            id=new_id(), slug="a", kind="explainer", origin="newsroom", status="draft", created_at=clock.now()
        )
        session.add(article)
        session.flush()
        revision = add_revision(session, article, parse_article(unread).content, now=clock.now())
        with pytest.raises(Conflict, match="The evidence gate finds 1 error; publishing"):
            publish_revision(session, revision, override=None, actor=SYSTEM, now=clock.now())


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (f"{PUBLISH} article_id, number, 0, created_at, 'system', 'x'", "fk_article_publication_revision"),
        (f"{PUBLISH} article_id, number, 6, created_at, 'system', 'x'", "errors_need_override"),
        (f"{REVISE} article_id, 2, document, repeat('0', 64), sha256, {SAME}", "hash_of_document"),
        (f"{REVISE} article_id, 2, document, sha256, NULL, {SAME}", "chained"),
        (
            f"{REVISE} article_id, 2, 'x', encode(sha256('x'), 'hex'), repeat('0', 64), {SAME}",
            "fk_article_revision_previous",
        ),
        ("UPDATE article SET status = 'published'", "published_has_number"),
        (
            "UPDATE article SET status = 'published', published_number = 1, published_at = now()",
            "fk_article_publication",
        ),
    ],
)
def test_the_database_itself_refuses_what_no_use_case_does(
    database: Database, clock: FrozenClock, statement: str, constraint: str
) -> None:
    with database.transaction() as session:
        import_article(session, ImportRequest(SAMPLE), now=clock.now(), actor=SYSTEM)
    with pytest.raises(IntegrityError, match=constraint), database.transaction() as session:
        source = "" if statement.startswith("UPDATE") else " FROM article_revision"
        session.execute(text(statement + source))
