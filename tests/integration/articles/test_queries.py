from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from factually.articles.importing import ImportRequest, import_article
from factually.articles.parsing import parse_article
from factually.articles.queries import (
    Position,
    find_published,
    latest_articles,
    read_latest_evidence,
    read_published,
)
from factually.audit.journal import SYSTEM
from factually.foundation.errors import InvalidInput
from tests.support.article_factories import OVERRIDE, SAMPLE, published, short_text

if TYPE_CHECKING:
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


def test_the_list_goes_on_where_it_stopped_while_new_articles_appear(
    database: Database, clock: FrozenClock
) -> None:
    for number in range(5):
        if number % 2:
            clock.advance(timedelta(hours=1))
        published(database, short_text(title=f"Number {number}?"), now=clock.now())
    with database.reading() as connection:
        first = latest_articles(connection, 2)
        clock.advance(timedelta(hours=1))
        published(database, short_text(title="Newest?"), now=clock.now())
        rest = latest_articles(connection, 100, before=first[-1].position)
    assert first[0].published_at >= first[1].published_at
    assert {article.title for article in first + rest} == {f"Number {number}?" for number in range(5)}


def test_a_position_survives_an_address() -> None:
    position = Position(datetime(2026, 11, 24, 8, 9, 10, 11, tzinfo=UTC), uuid.UUID(int=7))
    assert Position.parse(str(position)) == position


@pytest.mark.parametrize(
    "written", ["", "x", "20261124T080910.000011Z", "20261124T080910.000011Z-x", "-", "\x00"]
)
def test_a_position_that_is_not_ours_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput, match="no place in the list"):
        Position.parse(written)


@pytest.mark.parametrize("limit", [0, 101])
def test_a_list_is_of_one_to_a_hundred(database: Database, limit: int) -> None:
    with database.reading() as connection, pytest.raises(ValueError, match="limit is from 1 to 100"):
        latest_articles(connection, limit)


def test_an_article_is_read_back_as_it_was_written_in_two_queries(
    database: Database, clock: FrozenClock
) -> None:
    slug = published(database, SAMPLE, now=clock.now()).slug
    statements: list[str] = []
    with database.reading() as connection:
        event.listen(
            connection, "before_cursor_execute", lambda *arguments: statements.append(str(arguments[2]))
        )
        summary = find_published(connection, slug)
        assert summary is not None
        article = read_published(connection, summary)
    assert article.content == parse_article(SAMPLE).content
    assert (article.number, article.origin) == (1, "legacy_import")
    assert (article.override_reason, article.override_by) == (OVERRIDE.reason, OVERRIDE.by)
    assert article.evidence.errors == 6
    assert (summary.published_at, summary.updated_at) == (clock.now(), clock.now())
    assert len(statements) == 2


def test_a_draft_is_neither_listed_nor_found(database: Database, clock: FrozenClock) -> None:
    with database.transaction() as session:
        slug = import_article(session, ImportRequest(SAMPLE), now=clock.now(), actor=SYSTEM).slug
    with database.reading() as connection:
        assert latest_articles(connection, 10) == []
        assert find_published(connection, slug) is None
        report = read_latest_evidence(connection, slug)
    assert report is not None
    assert report.errors == 6


@pytest.mark.parametrize("slug", ["nothing-here", "a\x00b", "\ud800", "Ä", "a" * 300])
def test_what_is_no_address_of_ours_is_not_found(database: Database, slug: str) -> None:
    with database.reading() as connection:
        assert find_published(connection, slug) is None
        assert read_latest_evidence(connection, slug) is None
