from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from factually.articles.importing import import_article
from factually.articles.models import Article, ArticlePublication, ArticleRevision
from factually.articles.publishing import Terms
from factually.audit.journal import SYSTEM, JournalEntry
from factually.foundation.errors import Conflict, InvalidInput
from tests.support.article_factories import OVERRIDE, SAMPLE, published, request_of, short_text
from tests.support.newsroom import NOTE

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.newsroom import Newsroom

COLUMNS = "article_id, number, evidence_errors, change, published_at, actor_kind, actor_id"
PUBLISH = f"INSERT INTO article_publication ({COLUMNS}) SELECT"
EXCUSED = (
    f"INSERT INTO article_publication ({COLUMNS}, override_reason, override_by) "
    "SELECT article_id, 2, evidence_errors,"
)
SAME = "title, summary, evidence, evidence_errors, created_at"
REVISE = (
    "INSERT INTO article_revision (article_id, number, document, sha256, previous_sha256, title, summary, "
    "evidence, evidence_errors, created_at) SELECT article_id,"
)
SECOND = f"{REVISE} 2, 'x', encode(sha256('x'), 'hex'), sha256, {SAME} FROM article_revision"


def test_the_override_and_who_published_are_recorded(database: Database, clock: FrozenClock) -> None:
    imported = published(database, SAMPLE, now=clock.now())
    with database.transaction() as session:
        article = session.scalars(select(Article)).one()
        publication = session.scalars(select(ArticlePublication)).one()
        entry = session.scalars(select(JournalEntry).where(JournalEntry.event == "article.published")).one()
    assert (article.standing, article.published_number, article.published_at) == ("published", 1, clock.now())
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
    database: Database, clock: FrozenClock, newsroom: Newsroom
) -> None:
    imported = published(database, short_text(), now=clock.now())
    first_public = clock.now()
    clock.advance(timedelta(hours=1))
    newsroom.revise(imported.slug, short_text(section="Altitude moves it [1] [2]."))
    article = newsroom.article(imported.slug)
    assert (article.published_number, article.published_at) == (2, first_public)
    with database.transaction() as session:
        second = session.get_one(ArticleRevision, (article.id, 2))
    assert second.previous_sha256 == imported.sha256
    assert (second.author_id, second.approver_id) == (newsroom.writer.id, newsroom.reviewer.id)


def test_an_article_is_of_the_kind_its_public_revision_is(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.save(slug, short_text(), kind="analysis")
    assert newsroom.article(slug).kind == "explainer"
    newsroom.publish(slug, Terms(note=NOTE))
    assert newsroom.article(slug).kind == "analysis"


def test_the_words_of_a_public_article_change_only_with_a_note(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.save(slug, short_text(section="Altitude moves it [1] [2]."))
    with pytest.raises(Conflict, match="change only with a note"):
        newsroom.publish(slug)
    assert newsroom.article(slug).published_number == 1


def test_other_typography_needs_no_note(newsroom: Newsroom, database: Database) -> None:
    slug = newsroom.begin(short_text(section="The point-by-point rule [1] [2]."))
    newsroom.publish(slug)
    newsroom.revise(slug, short_text(section="The point\u2011by\u2011point rule [1] [2]."), note=None)
    with database.transaction() as session:
        changes = session.scalars(select(ArticlePublication.change).order_by(ArticlePublication.number)).all()
    assert changes == ["first", "same_words"]


def test_the_first_text_has_nothing_to_correct(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    with pytest.raises(InvalidInput, match="A first text corrects nothing"):
        newsroom.publish(slug, Terms(note=NOTE))


def test_a_correction_makes_the_article_a_corrected_one_and_keeps_it_so(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.revise(slug, short_text(section="Altitude moves it [1] [2]."))
    assert newsroom.article(slug).standing == "corrected"
    update = replace(NOTE, kind="update")
    newsroom.revise(slug, short_text(section="Height moves it [1] [2]."), note=update)
    assert newsroom.article(slug).standing == "corrected"


def test_a_changed_verdict_is_called_a_correction(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.save(slug, short_text(), rating="false")
    newsroom.approve(slug)
    with pytest.raises(InvalidInput, match="the note is a correction"):
        newsroom.order(slug, "publish", terms=Terms(note=replace(NOTE, kind="update")))
    newsroom.order(slug, "publish", terms=Terms(note=NOTE))


def test_one_error_is_told_in_the_singular(database: Database, clock: FrozenClock) -> None:
    unread = short_text() + "\n[3] Unread, Nobody, n.d., https://nobody.example/"
    with database.transaction() as session, pytest.raises(Conflict, match="finds 1 error; publishing"):
        import_article(session, request_of(unread, publish=True), now=clock.now(), actor=SYSTEM)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (f"{PUBLISH} article_id, 2, 0, 'noted', now(), 'system', 'x'", "fk_article_publication_revision"),
        (f"{PUBLISH} article_id, 2, evidence_errors, 'noted', now(), 'system', 'x'", "errors_need_override"),
        (f"{EXCUSED} 'noted', now(), 'system', 'x', 'Because.', 'A'", "the note of this change is missing"),
        (f"{EXCUSED} 'first', now(), 'system', 'x', 'Because.', 'A'", "changes with a note"),
        (f"{EXCUSED} 'unnoted', now(), 'system', 'x', 'Because.', 'A'", "changes with a note"),
        (f"{REVISE} 3, document, repeat('0', 64), sha256, {SAME}", "hash_of_document"),
        (f"{REVISE} 3, document, sha256, NULL, {SAME}", "chained"),
        (f"{REVISE} 3, 'y', encode(sha256('y'), 'hex'), repeat('0', 64), {SAME}", "fk_article_revision_prev"),
        ("UPDATE article SET published_number = NULL", "shown_has_number"),
        ("UPDATE article SET published_number = 9", "fk_article_publication"),
        ("UPDATE article SET stage = 'scheduled', scheduled_for = now()", "does not go from done to sched"),
        ("UPDATE article SET standing = 'unseen', published_number = NULL", "does not go from published to"),
        ("UPDATE article SET origin = 'newsroom'", "where an article came from"),
    ],
)
def test_the_database_itself_refuses_what_no_use_case_does(
    database: Database, clock: FrozenClock, statement: str, constraint: str
) -> None:
    published(database, SAMPLE, now=clock.now())
    with database.transaction() as session:
        session.execute(text(SECOND))
    with pytest.raises(IntegrityError, match=constraint), database.transaction() as session:
        source = "" if statement.startswith("UPDATE") else " FROM article_revision WHERE number = 2"
        session.execute(text(statement + source))
