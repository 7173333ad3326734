from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from factually.articles.corrections.models import CorrectionRequest, CorrectionRequestReader
from factually.articles.corrections.reports import READER_KEPT
from factually.articles.corrections.requesting import Arrival, close_by_note, open_name, receive
from factually.articles.corrections.tasks import FORGET, tasks
from factually.foundation.errors import Conflict, InvalidInput, NotFound
from factually.foundation.identifiers import new_public_id
from factually.jobs.context import WorkerContext
from factually.jobs.queue import defer
from factually.jobs.worker import make_worker_app, run_worker
from tests.support.article_factories import short_text
from tests.support.correction_requests import REASON, REPORT, Readers

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.newsroom import Newsroom

CHANGED = short_text(section="Altitude moves it [1] [2].")


@pytest.fixture
def readers(newsroom: Newsroom, keyring: Keyring) -> Readers:
    return Readers(newsroom, keyring)


@pytest.fixture
def slug(newsroom: Newsroom) -> str:
    """Return the slug of a public article."""
    begun = newsroom.begin(short_text())
    newsroom.publish(begun)
    return begun


def known_readers(database: Database) -> int:
    with database.transaction() as session:
        return session.scalar(select(func.count()).select_from(CorrectionRequestReader)) or 0


def test_a_report_is_acknowledged_and_its_reader_sealed(
    database: Database, readers: Readers, slug: str
) -> None:
    request = readers.report(slug)
    (letter,) = readers.letters()
    assert letter.to == "ada@example.org"
    assert f"http://localhost/correction-requests/{request.public_id}" in letter.text
    assert REPORT.wrong not in letter.text + letter.html
    assert "Ada" not in letter.text + letter.html
    with database.transaction() as session:
        reader = session.get_one(CorrectionRequestReader, request.id)
        assert b"ada@" not in (reader.email or b"")
        assert open_name(session, request.id, keyring=readers.keyring) == "Ada of Graz"


def test_a_form_sent_twice_is_one_report(database: Database, readers: Readers, slug: str) -> None:
    arrival = Arrival(new_public_id(), readers.newsroom.article(slug).id, "Water", REPORT)
    for _ in range(2):
        with database.transaction() as session:
            receive(session, arrival, post=readers.post, now=readers.newsroom.clock.now())
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(CorrectionRequest)) == 1
    assert len(readers.letters()) == 1


def test_an_address_that_had_enough_letters_still_gets_the_outcome(readers: Readers, slug: str) -> None:
    request = readers.report(slug, acknowledged=False)
    assert readers.letters() == []
    readers.decide(request.id, "declined")
    assert len(readers.letters()) == 1


def test_the_outcome_is_written_and_the_reader_forgotten(
    database: Database, readers: Readers, slug: str
) -> None:
    request = readers.report(slug)
    readers.decide(request.id, "accepted")
    assert known_readers(database) == 1
    readers.newsroom.revise(slug, CHANGED)
    readers.decide(request.id, "answered", note_id=readers.newest_note(slug))
    assert known_readers(database) == 0
    _, accepted, answered = readers.letters()
    assert "being corrected" in accepted.subject
    assert REASON in answered.text
    assert "deleted your name and address" in answered.html


def test_who_named_nobody_is_kept_nowhere_and_written_to_never(
    database: Database, readers: Readers, slug: str
) -> None:
    unnamed = readers.report(slug, replace(REPORT, name=None, email=None))
    readers.decide(unnamed.id, "declined")
    named = readers.report(slug, replace(REPORT, email=None))
    readers.decide(named.id, "set_aside")
    assert known_readers(database) == 0
    assert readers.letters() == []
    with database.transaction() as session:
        assert open_name(session, named.id, keyring=readers.keyring) is None


def test_what_is_decided_is_decided_once(readers: Readers, slug: str) -> None:
    request = readers.report(slug)
    readers.decide(request.id, "declined")
    with pytest.raises(Conflict, match="decided this already"):
        readers.decide(request.id, "accepted")
    with pytest.raises(NotFound):
        readers.decide(uuid.UUID(int=7), "declined")


def test_only_a_note_of_the_same_article_answers(readers: Readers, slug: str) -> None:
    other = readers.newsroom.begin(short_text(title="Fact check: Is ice cold?"))
    readers.newsroom.publish(other)
    readers.newsroom.revise(other, short_text(title="Fact check: Is ice cold?", section="Ice melts [1] [2]."))
    request = readers.report(slug)
    for note_id in (None, 7_000, readers.newest_note(other)):
        with pytest.raises(InvalidInput, match="a note of this article"):
            readers.decide(request.id, "answered", note_id=note_id)


def test_one_note_answers_several_reports_or_none(database: Database, readers: Readers, slug: str) -> None:
    readers.newsroom.revise(slug, CHANGED)
    first, second, third = (readers.report(slug) for _ in range(3))
    readers.decide(third.id, "declined")
    answer = readers.decision("answered", note_id=readers.newest_note(slug))
    with pytest.raises(Conflict), database.transaction() as session:
        close_by_note(session, [first.id, third.id], answer, post=readers.post)
    assert known_readers(database) == 2
    with database.transaction() as session:
        close_by_note(session, [first.id, second.id, first.id], answer, post=readers.post)
    assert known_readers(database) == 0


def test_readers_who_were_never_answered_are_forgotten_after_a_year(
    database: Database, readers: Readers, slug: str
) -> None:
    readers.report(slug)
    clock = readers.newsroom.clock
    clock.advance(READER_KEPT + timedelta(days=1))
    readers.report(slug)
    with database.transaction() as session:
        defer(session, FORGET, timestamp=0)
    run_worker(
        make_worker_app(database.url, [tasks]), WorkerContext(database, clock, readers.keyring), wait=False
    )
    assert known_readers(database) == 1
