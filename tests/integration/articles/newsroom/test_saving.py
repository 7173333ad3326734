from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from factually.articles.models import Article
from factually.articles.newsroom.composing import Particulars
from factually.articles.newsroom.models import ArticleDraft, ArticleStep
from factually.articles.newsroom.saving import MAX_CHARACTERS, Save, head_draft, save_draft
from factually.foundation.errors import Conflict, InvalidInput
from tests.support.article_factories import published, short_text
from tests.support.newsroom import NOTE

if TYPE_CHECKING:
    import uuid

    from factually.articles.newsroom.saving import Saved
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.newsroom import Newsroom

OTHER = short_text(section="Altitude moves it [1] [2].")


def type_text(newsroom: Newsroom, slug: str, text: str, based_on: uuid.UUID | None) -> Saved:
    with newsroom.database.transaction() as session:
        article = session.scalars(select(Article).where(Article.slug == slug)).one()
        save = Save(text, Particulars(), based_on, "typing")
        return save_draft(session, article, save, actor=newsroom.writer.actor, now=newsroom.clock.now())


def test_each_save_is_a_row_of_its_own(newsroom: Newsroom, database: Database) -> None:
    slug = newsroom.begin(short_text())
    saved = newsroom.save(slug, OTHER)
    assert not saved.beside
    assert newsroom.article(slug).draft_id == saved.draft.id
    with database.transaction() as session:
        drafts = session.scalars(select(ArticleDraft).order_by(ArticleDraft.number)).all()
    assert [draft.number for draft in drafts] == [1, 2]
    assert drafts[1].based_on == drafts[0].id
    assert drafts[1].author_id == newsroom.writer.id


def test_a_save_without_a_change_adds_nothing(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    first = newsroom.article(slug).draft_id
    assert newsroom.save(slug, short_text()).draft.id == first


def test_of_two_editors_both_texts_are_kept_and_the_second_is_told(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    began = newsroom.article(slug).draft_id
    theirs = newsroom.save(slug, OTHER, by=newsroom.colleague, based_on=began)
    mine = newsroom.save(slug, short_text(section="Height moves it [1] [2]."), based_on=began)
    assert mine.beside
    assert mine.head.id == theirs.draft.id == newsroom.article(slug).draft_id
    assert mine.draft.based_on == began
    again = newsroom.save(slug, short_text(section="Height alone [1] [2]."), based_on=mine.draft.id)
    assert again.beside


def test_a_merge_based_on_the_newest_draft_is_the_newest(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    began = newsroom.article(slug).draft_id
    newsroom.save(slug, OTHER, by=newsroom.colleague, based_on=began)
    mine = newsroom.save(slug, short_text(section="Height moves it [1] [2]."), based_on=began)
    merged = newsroom.save(slug, short_text(section="Both move it [1] [2]."), based_on=mine.head.id)
    assert not merged.beside


def test_saves_at_once_are_told_apart(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    began = newsroom.article(slug).draft_id
    texts = [short_text(section=f"Test {number} [1] [2].") for number in range(8)]
    with ThreadPoolExecutor(4) as together:
        saved = list(together.map(lambda text: type_text(newsroom, slug, text, began), texts))
    assert sum(not one.beside for one in saved) == 1
    assert len({one.draft.number for one in saved}) == len(texts)


def test_a_text_that_is_no_article_yet_is_kept_with_what_it_lacks(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    saved = type_text(newsroom, slug, "Fact check: Half a thou", newsroom.article(slug).draft_id)
    assert saved.draft.title == "Half a thou"
    assert saved.draft.problem == "Line 1: no text follows the title."
    assert saved.draft.evidence is None


def test_editing_an_approved_text_asks_again(newsroom: Newsroom, database: Database) -> None:
    slug = newsroom.begin(short_text())
    newsroom.approve(slug)
    newsroom.save(slug, OTHER)
    assert newsroom.article(slug).stage == "writing"
    with database.transaction() as session:
        acts = session.scalars(select(ArticleStep.act).order_by(ArticleStep.id)).all()
    assert acts == ["submit", "approve", "save"]


def test_an_article_without_drafts_is_edited_from_its_public_text(
    newsroom: Newsroom, database: Database, clock: FrozenClock, owner_database: Database
) -> None:
    slug = published(database, short_text(), now=clock.now()).slug
    with owner_database.transaction() as session:
        # As an article stands that was published before there were drafts.
        session.scalars(select(Article)).one().draft_id = None
    with database.transaction() as session:
        article = session.scalars(select(Article).where(Article.slug == slug)).one()
        draft = head_draft(session, article, now=clock.now())
        assert draft is not None
        assert draft.how == "import"
        assert article.draft_id == draft.id
    newsroom.revise(slug, OTHER, note=NOTE)
    assert newsroom.article(slug).published_number == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  \n ", "The text is empty"),
        ("a" * (MAX_CHARACTERS + 1), "longer than 1,000,000 characters"),
        ("one\ntwo\x00", r"Line 2: the control character U\+0000"),
        ("one \ud800", r"Line 1: the control character U\+D800"),
    ],
)
def test_only_what_no_row_can_hold_is_refused(newsroom: Newsroom, text: str, sentence: str) -> None:
    slug = newsroom.begin(short_text())
    with pytest.raises(InvalidInput, match=sentence):
        type_text(newsroom, slug, text, newsroom.article(slug).draft_id)


def test_a_retracted_article_is_edited_no_more(newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.retract(slug)
    with pytest.raises(Conflict, match="was retracted"):
        newsroom.save(slug, OTHER)
