"""The worker keeps pages and looks at them again, here those of a site on loopback."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from warcio.archiveiterator import ArchiveIterator

from factually.articles.sources import tasks as sources_tasks
from factually.articles.sources.capturing import Capturing
from factually.articles.sources.checking import Checking, look_at
from factually.articles.sources.models import SourceCapture, SourceCheck
from factually.articles.sources.queries import read_capture
from factually.audit.journal import entries_about
from factually.foundation.canonical import sha256_hex
from factually.foundation.errors import NotFound
from factually.foundation.identifiers import new_id
from factually.foundation.outgoing.errors import AnswerRefused
from factually.jobs.context import WorkerContext
from factually.jobs.queue import defer
from factually.jobs.worker import make_worker_app, run_worker
from tests.support.sources import QUOTE, added_source, stored
from tests.support.web_pages import ANY, Page, Pages, serve_pages

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

WORDS = " ".join(f"word{number}" for number in range(60))
GOOD = Page(f"<html><body><h1>Boiling</h1><p>water boils at 100\u00a0°C. {WORDS}</p>".encode())
OTHER = Page(f"<html><body><p>It does not. {WORDS} and more</p>".encode())


@pytest.fixture
def pages() -> Iterator[Pages]:
    with serve_pages({"/boiling": GOOD}) as served:
        yield served


def events(database: Database, source_id: uuid.UUID) -> list[str]:
    with database.reading() as connection:
        return [row.event for row in entries_about(connection, f"source:{source_id}")]


def checks(database: Database) -> list[tuple[bool, int | None, bool | None, str]]:
    with database.transaction() as session:
        rows = session.execute(select(SourceCheck).order_by(SourceCheck.id)).scalars()
        return [(row.answered, row.status, row.quote_stands, row.state) for row in rows]


def test_the_worker_keeps_a_new_sources_page_and_looks_at_it(
    database: Database, clock: FrozenClock, keyring: Keyring, pages: Pages
) -> None:
    source_id = added_source(database, clock.now(), url=pages.address("/boiling"))
    absent = added_source(database, clock.now(), url=pages.address("/absent"))
    with database.transaction() as session:
        defer(session, "sources.check", timestamp=0)
    context = WorkerContext(database, clock, keyring, resources=(pages.fetcher(),))
    run_worker(make_worker_app(database.url, [sources_tasks.tasks]), context, wait=False)
    with database.transaction() as session:
        capture = session.execute(select(SourceCapture)).scalar_one()
    with database.reading() as connection:
        wacz = read_capture(connection, source_id, capture.id)
        with pytest.raises(NotFound):
            read_capture(connection, absent, capture.id)
    assert sha256_hex(wacz) == capture.sha256
    with zipfile.ZipFile(io.BytesIO(wacz)) as archive:
        warc = io.BytesIO(archive.read("archive/data.warc.gz"))
    assert [record.content_stream().read() for record in ArchiveIterator(warc)] == [GOOD.body]
    assert events(database, source_id) == ["source.added", "source.captured"]
    assert events(database, absent) == ["source.added", "source.not_captured"]
    assert sorted(checks(database)) == [(False, 404, None, "unchecked"), (True, 200, True, "live")]
    source = stored(database, source_id)
    assert (source.quote_prefix, source.quote_suffix) == ("", "")


def test_a_page_without_a_record_is_not_kept(database: Database, clock: FrozenClock, pages: Pages) -> None:
    with pytest.raises(NotFound):
        Capturing(database, pages.fetcher(), clock).keep(new_id())


def test_an_error_page_is_not_kept(database: Database, clock: FrozenClock, pages: Pages) -> None:
    source_id = added_source(database, clock.now(), url=pages.address("/absent"))
    with pytest.raises(AnswerRefused, match="404"):
        Capturing(database, pages.fetcher(), clock).keep(source_id)


def test_three_failed_passes_raise_an_alarm_once_and_a_good_one_ends_it(
    database: Database, clock: FrozenClock, pages: Pages
) -> None:
    source_id = added_source(database, clock.now(), url=pages.address("/boiling"))
    checking = Checking(database, pages.fetcher(), clock)
    states = []
    for page in (GOOD, None, None, None, None, GOOD):
        pages.by_path = {} if page is None else {"/boiling": page}
        assert checking.run() == 1
        states.append(stored(database, source_id).state)
        clock.advance(timedelta(days=8))
    assert states == ["live", "live", "live", "dead", "dead", "live"]
    assert events(database, source_id).count("source.dead") == 1


def test_a_passage_that_no_longer_stands_raises_an_alarm(
    database: Database, clock: FrozenClock, pages: Pages
) -> None:
    source_id = added_source(database, clock.now(), url=pages.address("/boiling"))
    checking = Checking(database, pages.fetcher(), clock)
    for page in (GOOD, OTHER, OTHER):
        pages.by_path["/boiling"] = page
        checking.run()
        clock.advance(timedelta(days=8))
    assert checks(database)[1:] == [(True, 200, False, "deviated")] * 2
    assert events(database, source_id).count("source.deviated") == 1


def test_a_source_is_not_looked_at_before_it_is_due(
    database: Database, clock: FrozenClock, pages: Pages
) -> None:
    added_source(database, clock.now(), url=pages.address("/boiling"))
    checking = Checking(database, pages.fetcher(), clock)
    assert [checking.run(), checking.run()] == [1, 0]
    clock.advance(timedelta(days=6))
    assert checking.run() == 0


def test_a_run_takes_some_and_leaves_the_others_to_the_next(
    database: Database, clock: FrozenClock, pages: Pages
) -> None:
    for number in range(3):
        added_source(database, clock.now(), url=pages.address(f"/{number}"))
    checking = Checking(database, pages.fetcher(), clock, per_run=2)
    assert [checking.run(), checking.run()] == [2, 1]


def test_a_finding_about_an_address_that_was_changed_meanwhile_is_dropped(
    database: Database, clock: FrozenClock, pages: Pages
) -> None:
    added_source(database, clock.now(), url=pages.address("/boiling"))

    def change(handler: object) -> None:
        del handler
        with database.transaction() as session:
            session.execute(text("UPDATE source SET url = 'https://elsewhere.example/'"))

    pages.by_path["/boiling"] = Page(write=change)
    Checking(database, pages.fetcher(), clock).run()
    assert checks(database) == []


def test_a_page_that_the_site_shows_for_any_address_is_no_answer(pages: Pages) -> None:
    pages.by_path[ANY] = OTHER
    finding = look_at(pages.fetcher(), pages.address("/gone"), QUOTE)
    assert (finding.answered, finding.status) == (False, 200)
    assert "error page in disguise" in finding.sentence


def test_a_page_that_holds_the_passage_is_the_page_even_so(pages: Pages) -> None:
    pages.by_path[ANY] = GOOD
    finding = look_at(pages.fetcher(), pages.address("/boiling"), QUOTE)
    assert (finding.answered, finding.quote_stands) == (True, True)


@pytest.mark.parametrize(
    ("page", "quote", "sentence"),
    [
        (GOOD, None, "The page answers."),
        (Page(b"%PDF-1.7", content_type="application/pdf"), QUOTE, "no text that we can read"),
        (Page(b""), QUOTE, "no text that we can read"),
        (Page(status=500), QUOTE, "The page answers 500."),
    ],
)
def test_what_a_pass_found_is_one_sentence(
    pages: Pages, page: Page, quote: str | None, sentence: str
) -> None:
    pages.by_path["/boiling"] = page
    finding = look_at(pages.fetcher(), pages.address("/boiling"), quote)
    assert sentence in finding.sentence
    assert finding.quote_stands is None


def test_a_site_that_does_not_answer_for_a_made_up_address_hides_nothing(pages: Pages) -> None:
    pages.by_path[ANY] = Page(write=lambda _: None)
    assert look_at(pages.fetcher(), pages.address("/boiling"), None).answered
