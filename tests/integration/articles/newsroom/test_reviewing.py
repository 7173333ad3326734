from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from factually.articles.corrections.models import ArticleCorrection
from factually.articles.newsroom.models import ArticleStep
from factually.articles.newsroom.reviewing import Order, carry_out
from factually.articles.publishing import Override, Terms
from factually.foundation.errors import Conflict, Forbidden, InvalidInput
from tests.support.article_factories import SAMPLE, short_text
from tests.support.newsroom import NOTE

if TYPE_CHECKING:
    from factually.articles.workflow import Act
    from factually.foundation.database import Database
    from tests.support.newsroom import Newsroom

OTHER = short_text(section="Altitude moves it [1] [2].")
OVERRIDE = Override("The earlier system kept no sources.", "Rhea Reviewer")


def test_a_text_goes_from_draft_to_readers(newsroom: Newsroom, database: Database) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    article = newsroom.article(slug)
    assert (article.stage, article.standing, article.published_number) == ("done", "published", 1)
    with database.transaction() as session:
        steps = session.scalars(select(ArticleStep).order_by(ArticleStep.id)).all()
    assert [(step.act, step.account_id) for step in steps] == [
        ("submit", newsroom.writer.id),
        ("approve", newsroom.reviewer.id),
        ("publish", newsroom.reviewer.id),
    ]


@pytest.mark.parametrize("act", ["approve", "send_back", "publish", "schedule", "unpublish", "retract"])
def test_an_editor_does_not_decide(newsroom: Newsroom, act: Act) -> None:
    slug = newsroom.begin(short_text())
    with pytest.raises(Forbidden, match="another role"):
        newsroom.order(slug, act, by=newsroom.writer)


def test_who_wrote_a_text_does_not_approve_it(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.save(slug, OTHER, by=newsroom.reviewer)
    newsroom.order(slug, "submit", by=newsroom.reviewer)
    with pytest.raises(Forbidden, match="Who wrote a text doesn't approve it"):
        newsroom.order(slug, "approve", by=newsroom.reviewer)
    newsroom.order(slug, "approve", by=newsroom.second_reviewer)


def test_who_wrote_an_earlier_draft_of_it_does_not_approve_it_either(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.save(slug, OTHER, by=newsroom.reviewer)
    newsroom.save(slug, short_text(section="Height moves it [1] [2]."))
    newsroom.order(slug, "submit", by=newsroom.writer)
    with pytest.raises(Forbidden, match="Who wrote a text"):
        newsroom.order(slug, "approve", by=newsroom.reviewer)


def test_whoever_wrote_the_last_edition_may_approve_the_next(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.save(slug, OTHER, by=newsroom.reviewer)
    newsroom.order(slug, "submit", by=newsroom.writer)
    newsroom.order(slug, "approve", by=newsroom.second_reviewer)
    newsroom.order(slug, "publish", by=newsroom.second_reviewer)
    newsroom.revise(slug, short_text())


def test_the_database_itself_knows_authors_from_approvers(newsroom: Newsroom, database: Database) -> None:
    slug = newsroom.begin(short_text())
    forged = text(
        "INSERT INTO article_approval (draft_id, article_id, author_id, approver_id, approved_at) "
        "SELECT id, article_id, NULL, author_id, now() FROM article_draft"
    )
    with pytest.raises(IntegrityError, match="who wrote a text"), database.transaction() as session:
        session.execute(forged)
    assert newsroom.article(slug).stage == "writing"


def test_nobody_decides_on_a_text_they_did_not_see(newsroom: Newsroom, database: Database) -> None:
    slug = newsroom.begin(short_text())
    looked = newsroom.article(slug).draft_id
    newsroom.save(slug, OTHER)
    with database.transaction() as session, pytest.raises(Conflict, match="saved another text meanwhile"):
        carry_out(
            session,
            session.merge(newsroom.article(slug)),
            Order("submit", looked, "editor"),
            actor=newsroom.writer.actor,
            now=newsroom.clock.now(),
        )


def test_what_is_no_article_is_not_handed_in(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.type(slug, "Fact check: Half")
    with pytest.raises(InvalidInput, match=r"This text is no article yet\. Line 1: no text follows"):
        newsroom.order(slug, "submit", by=newsroom.writer)


def test_a_text_is_sent_back_with_a_reason_and_approved_the_second_time(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.approve(slug)
    with pytest.raises(InvalidInput, match="Say why"):
        newsroom.order(slug, "send_back", reason=" ")
    newsroom.order(slug, "send_back", reason="The second source is weak.")
    assert newsroom.article(slug).stage == "writing"
    newsroom.publish(slug)


def test_an_override_is_asked_for_and_kept(newsroom: Newsroom) -> None:
    slug = newsroom.begin(SAMPLE.decode())
    newsroom.approve(slug)
    with pytest.raises(Conflict, match="publishing needs an override"):
        newsroom.order(slug, "publish")
    newsroom.order(slug, "publish", terms=Terms(override=OVERRIDE))


def test_a_scheduled_text_is_published_when_due_and_once(newsroom: Newsroom) -> None:
    slug = newsroom.begin(SAMPLE.decode())
    newsroom.approve(slug)
    due = newsroom.clock.now() + timedelta(hours=2)
    newsroom.order(slug, "schedule", due=due, terms=Terms(override=OVERRIDE))
    newsroom.publish_due()
    assert newsroom.article(slug).standing == "unseen"
    # The worker was down when it was due.
    newsroom.clock.advance(timedelta(days=1))
    newsroom.publish_due()
    newsroom.publish_due()
    article = newsroom.article(slug)
    assert (article.standing, article.published_number, article.scheduled_for) == ("published", 1, None)


def test_what_would_keep_a_text_from_being_published_is_said_when_it_is_scheduled(newsroom: Newsroom) -> None:
    slug = newsroom.begin(SAMPLE.decode())
    newsroom.approve(slug)
    due = newsroom.clock.now() + timedelta(hours=2)
    with pytest.raises(Conflict, match="publishing needs an override"):
        newsroom.order(slug, "schedule", due=due)
    assert newsroom.article(slug).stage == "approved"


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=-1), timedelta(days=400)])
def test_a_schedule_is_in_the_future(newsroom: Newsroom, later: timedelta) -> None:
    slug = newsroom.begin(short_text())
    newsroom.approve(slug)
    with pytest.raises(InvalidInput, match="a moment in the future"):
        newsroom.order(slug, "schedule", due=newsroom.clock.now() + later)
    with pytest.raises(InvalidInput, match="Say when"):
        newsroom.order(slug, "schedule")


def test_a_schedule_can_be_taken_back(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.approve(slug)
    newsroom.order(slug, "schedule", due=newsroom.clock.now() + timedelta(hours=2))
    newsroom.order(slug, "unschedule")
    newsroom.clock.advance(timedelta(days=1))
    newsroom.publish_due()
    assert newsroom.article(slug).standing == "unseen"
    newsroom.order(slug, "publish")


def test_what_can_not_be_published_when_due_comes_back_with_the_reason(
    newsroom: Newsroom, database: Database, owner_database: Database
) -> None:
    slug = newsroom.begin(short_text())
    newsroom.approve(slug)
    newsroom.order(slug, "schedule", due=newsroom.clock.now() + timedelta(hours=2))
    with owner_database.transaction() as session:
        # As when a rule of the gate is stricter by then.
        session.execute(text("ALTER TABLE article_step DISABLE TRIGGER append_only"))
        session.execute(
            text(
                "UPDATE article_step SET terms = jsonb_set(terms, '{note}', CAST(:note AS jsonb)) "
                "WHERE act = 'schedule'"
            ),
            {"note": '{"kind": "update", "was": "a", "now": "b", "why": "c", "found_by": null}'},
        )
    newsroom.clock.advance(timedelta(days=1))
    newsroom.publish_due()
    assert newsroom.article(slug).stage == "approved"
    with database.transaction() as session:
        last = session.scalars(select(ArticleStep).order_by(ArticleStep.id.desc()).limit(1)).one()
    assert (last.act, last.account_id) == ("unschedule", None)
    assert last.reason == "A first text corrects nothing; leave the note out."


def test_an_article_under_correction_stays_up(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.order(slug, "begin_correction", by=newsroom.writer)
    newsroom.save(slug, OTHER)
    article = newsroom.article(slug)
    assert (article.standing, article.published_number) == ("correcting", 1)
    newsroom.publish(slug, Terms(note=NOTE))
    assert newsroom.article(slug).standing == "corrected"


def test_a_false_alarm_is_dropped(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.order(slug, "begin_correction", by=newsroom.writer)
    newsroom.order(slug, "drop_correction")
    assert newsroom.article(slug).standing == "published"


def test_an_article_is_taken_down_with_a_reason_and_can_come_back(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    first = newsroom.article(slug).published_at
    with pytest.raises(InvalidInput, match="Say why"):
        newsroom.order(slug, "unpublish")
    newsroom.order(slug, "unpublish", reason="It names a private person.")
    article = newsroom.article(slug)
    assert (article.standing, article.published_number, article.published_at) == ("unpublished", None, first)
    newsroom.revise(slug, OTHER)
    article = newsroom.article(slug)
    assert (article.standing, article.published_at) == ("corrected", first)


def test_a_retraction_stays_up_with_its_note(newsroom: Newsroom, database: Database) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    with pytest.raises(InvalidInput, match="A retraction says"):
        newsroom.order(slug, "retract", reason="It was wrong.", terms=Terms(note=NOTE))
    newsroom.retract(slug)
    assert newsroom.article(slug).published_number == 1
    with database.transaction() as session:
        correction = session.scalars(select(ArticleCorrection)).one()
    assert (correction.kind, correction.made_by) == ("retraction", newsroom.reviewer.id)
    with pytest.raises(Conflict, match="was retracted"):
        newsroom.order(slug, "unpublish", reason="Again.")


def test_a_long_reason_is_refused(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.order(slug, "submit", by=newsroom.writer)
    with pytest.raises(InvalidInput, match="at most 1,000"):
        newsroom.order(slug, "send_back", reason="a" * 1_001)


def test_a_note_that_says_nothing_is_refused_before_anything_is_public(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.save(slug, OTHER)
    newsroom.approve(slug)
    with pytest.raises(InvalidInput, match="Say what it was"):
        newsroom.order(slug, "publish", terms=Terms(note=replace(NOTE, why=" ")))
    assert newsroom.article(slug).published_number == 1
