from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from factually.articles.addresses import slug_for
from factually.articles.importing import ImportRequest, import_article
from factually.articles.models import Article
from factually.articles.newsroom.models import ArticleDraft
from factually.articles.publishing import Override
from factually.articles.workflow import State
from factually.audit.journal import SYSTEM, JournalEntry
from factually.foundation.errors import Conflict, InvalidInput
from tests.support.article_factories import OVERRIDE, SAMPLE, published, request_of, short_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from factually.articles.importing import Imported
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


def bring_in(database: Database, clock: FrozenClock, request: ImportRequest) -> Imported:
    with database.transaction() as session:
        return import_article(session, request, now=clock.now(), actor=SYSTEM)


def wait_until_blocked(session: Session) -> None:
    """Return once another transaction waits for this one."""
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    for _ in range(500):
        # Within a transaction PostgreSQL shows the activity of its first look until told to look again.
        session.execute(text("SELECT pg_stat_clear_snapshot()"))
        if session.scalar(blocked):
            return
        time.sleep(0.01)
    pytest.fail("nobody waited")


def test_a_text_becomes_a_draft_that_nobody_wrote(database: Database, clock: FrozenClock) -> None:
    imported = bring_in(database, clock, ImportRequest(SAMPLE))
    assert (imported.created, imported.published, imported.evidence_errors) == (True, False, 6)
    with database.transaction() as session:
        article = session.scalars(select(Article)).one()
        draft = session.scalars(select(ArticleDraft)).one()
        assert (article.slug, article.state, article.kind) == (
            imported.slug,
            State("writing", "unseen"),
            "explainer",
        )
        assert (draft.number, draft.author_id, draft.sha256) == (1, None, imported.sha256)
        assert article.draft_id == draft.id
        assert session.scalars(select(JournalEntry.event)).all() == ["article.imported"]


def test_the_same_text_twice_is_one_article(database: Database, clock: FrozenClock) -> None:
    first = bring_in(database, clock, ImportRequest(SAMPLE))
    again = bring_in(database, clock, ImportRequest(SAMPLE))
    assert (again.created, again.sha256) == (False, first.sha256)


def test_a_draft_can_be_published_by_importing_it_again(database: Database, clock: FrozenClock) -> None:
    bring_in(database, clock, ImportRequest(SAMPLE))
    assert published(database, SAMPLE, now=clock.now()).published
    again = published(database, SAMPLE, now=clock.now())
    assert (again.created, again.published) == (False, True)


def test_another_text_never_replaces_the_one_at_its_address(database: Database, clock: FrozenClock) -> None:
    bring_in(database, clock, ImportRequest(short_text()))
    with pytest.raises(Conflict, match=r"Another text already has the address does-water-boil-at-100-degc"):
        bring_in(database, clock, ImportRequest(short_text(section="Altitude moves it [1] [2].")))


def test_of_two_imports_at_once_to_one_address_the_second_is_refused(
    database: Database, clock: FrozenClock
) -> None:
    other = ImportRequest(short_text(section="Altitude moves it [1] [2]."))
    with ThreadPoolExecutor(1) as second:
        with database.transaction() as session:
            import_article(session, ImportRequest(short_text()), now=clock.now(), actor=SYSTEM)
            waiting = second.submit(bring_in, database, clock, other)
            wait_until_blocked(session)
        with pytest.raises(Conflict, match="Another text already has the address"):
            waiting.result(timeout=10)


def test_errors_of_the_gate_block_publishing_and_leave_nothing_behind(
    database: Database, clock: FrozenClock
) -> None:
    with pytest.raises(Conflict, match=r"The evidence gate finds 6 errors; publishing needs an override"):
        bring_in(database, clock, ImportRequest(SAMPLE, publish=True))
    with database.transaction() as session:
        assert session.scalars(select(Article)).all() == []


def test_a_complete_article_needs_no_override(database: Database, clock: FrozenClock) -> None:
    assert bring_in(database, clock, request_of(short_text(), publish=True)).published


@pytest.mark.parametrize("reason", ["", "too short", "a" * 501])
def test_an_override_needs_a_reason_that_says_something(
    database: Database, clock: FrozenClock, reason: str
) -> None:
    request = ImportRequest(SAMPLE, publish=True, override=Override(reason, OVERRIDE.by))
    with pytest.raises(InvalidInput, match=r"Give a reason of 10 to 500 characters"):
        bring_in(database, clock, request)


def test_a_title_without_letter_or_digit_gives_no_address() -> None:
    with pytest.raises(InvalidInput, match="A title needs a letter or a digit"):
        slug_for("???")


def test_an_address_has_plain_hyphens_and_ends_at_a_word() -> None:
    assert slug_for("Public\u2011safety “wants” — what\u2019s that?") == "public-safety-wants-whats-that"
    slug = slug_for("word " * 60)
    assert len(slug) <= 100
    assert slug.endswith("word")
