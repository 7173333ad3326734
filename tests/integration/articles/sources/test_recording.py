from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from factually.articles.sources.liveness import State
from factually.articles.sources.models import SourceRecord
from factually.articles.sources.quotes import TextQuote
from factually.articles.sources.recording import (
    Act,
    AlreadyRecorded,
    add_source,
    change_source,
    facts_of,
    say_state,
)
from factually.audit.journal import SYSTEM, Actor, entries_about
from factually.foundation.errors import Conflict, InvalidInput, NotFound
from factually.foundation.identifiers import new_id
from tests.support.article_factories import published, short_text
from tests.support.people import add_person
from tests.support.sources import FACTS, SITE, added_source, stored

if TYPE_CHECKING:
    import uuid

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


def journal(database: Database, record_id: uuid.UUID) -> list[tuple[str, dict[str, Any]]]:
    with database.reading() as connection:
        return [(row.event, dict(row.details)) for row in entries_about(connection, f"source:{record_id}")]


def change(database: Database, clock: FrozenClock, record_id: uuid.UUID, **facts: Any) -> None:  # noqa: ANN401 - handed on
    with database.transaction() as session:
        changed = replace(FACTS, **facts)
        change_source(session, record_id, changed, version=1, act=Act(SYSTEM, clock.now(), SITE))


def test_a_record_says_all_that_was_entered_and_its_page_is_looked_at_and_kept(
    database: Database, clock: FrozenClock
) -> None:
    editor = add_person(database, "editor", now=clock.now())
    act = Act(Actor("account", str(editor.id)), clock.now(), SITE)
    with database.transaction() as session:
        record_id = add_source(session, FACTS, act)
    source = stored(database, record_id)
    assert facts_of(source) == FACTS
    assert (source.domain, source.created_by, source.state) == ("water.example", editor.id, "unchecked")
    assert source.due_at == clock.now()
    assert source.csl["id"] == str(record_id)
    assert journal(database, record_id) == [("source.added", {"url": FACTS.url})]
    with database.transaction() as session:
        jobs = session.execute(text("SELECT task_name, args FROM procrastinate_jobs")).all()
    assert [tuple(job) for job in jobs] == [("sources.capture", {"source_id": str(record_id)})]


def test_the_same_address_is_the_same_record(database: Database, clock: FrozenClock) -> None:
    record_id = added_source(database, clock.now())
    with pytest.raises(AlreadyRecorded, match="“Boiling, explained”") as refused:
        added_source(database, clock.now(), url=FACTS.url.upper().replace("BOILING", "boiling") + "#top")
    assert (refused.value.record_id, refused.value.field) == (record_id, "url")


def test_of_two_at_once_one_makes_the_record_and_the_other_is_led_to_it(
    database: Database, clock: FrozenClock
) -> None:
    refusals: list[uuid.UUID] = []

    def add() -> None:
        try:
            added_source(database, clock.now())
        except AlreadyRecorded as error:
            refusals.append(error.record_id)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.transaction() as session:
        ids = session.execute(select(SourceRecord.id)).scalars().all()
    assert len(ids) == 1
    assert refusals == [ids[0]] * 3


def test_a_change_is_journalled_with_what_was_and_what_is(database: Database, clock: FrozenClock) -> None:
    record_id = added_source(database, clock.now())
    clock.advance(timedelta(hours=1))
    change(database, clock, record_id, title="Boiling, again", authors=("Ann Boiler", "Ben Steam"))
    source = stored(database, record_id)
    assert (source.title, source.version, source.changed_at) == ("Boiling, again", 2, clock.now())
    assert journal(database, record_id)[1:] == [
        (
            "source.changed",
            {
                "title": ["Boiling, explained", "Boiling, again"],
                "authors": [["Ann Boiler"], ["Ann Boiler", "Ben Steam"]],
            },
        )
    ]


def test_a_change_that_changes_nothing_is_none(database: Database, clock: FrozenClock) -> None:
    record_id = added_source(database, clock.now())
    change(database, clock, record_id)
    assert stored(database, record_id).version == 1
    assert len(journal(database, record_id)) == 1


def test_a_change_that_began_from_an_older_version_overwrites_nothing(
    database: Database, clock: FrozenClock
) -> None:
    record_id = added_source(database, clock.now())
    change(database, clock, record_id, title="First")
    with pytest.raises(Conflict, match="in the meantime"):
        change(database, clock, record_id, title="Second")
    assert stored(database, record_id).title == "First"


def test_a_change_to_the_address_of_another_record_is_refused(database: Database, clock: FrozenClock) -> None:
    other = added_source(database, clock.now(), url="https://steam.example/")
    record_id = added_source(database, clock.now())
    with pytest.raises(AlreadyRecorded) as refused:
        change(database, clock, record_id, url="https://steam.example/")
    assert refused.value.record_id == other


@pytest.mark.parametrize("facts", [{"url": "https://water.example/new"}, {"quote": TextQuote("It boils.")}])
def test_another_address_or_passage_is_looked_at_anew(
    database: Database, clock: FrozenClock, facts: dict[str, object]
) -> None:
    record_id = added_source(database, clock.now())
    with database.transaction() as session:
        session.execute(text("UPDATE source SET state = 'dead', failures = 3, due_at = '2027-01-01T00:00Z'"))
    change(database, clock, record_id, **facts)
    source = stored(database, record_id)
    assert (source.state, source.failures, source.due_at) == ("unchecked", 0, clock.now())


def test_the_same_passage_keeps_what_was_found_around_it(database: Database, clock: FrozenClock) -> None:
    record_id = added_source(database, clock.now())
    with database.transaction() as session:
        session.execute(text("UPDATE source SET quote_prefix = 'before', quote_suffix = 'after'"))
    change(database, clock, record_id, title="Boiling, again")
    source = stored(database, record_id)
    assert (source.quote_prefix, source.quote_suffix) == ("before", "after")


def test_a_record_of_an_article_of_ours_knows_it(database: Database, clock: FrozenClock) -> None:
    article = published(database, short_text(), now=clock.now())
    own = added_source(database, clock.now(), url=f"{SITE}/fact-checks/{article.slug}@abc123")
    elsewhere = added_source(database, clock.now(), url=f"https://other.example/fact-checks/{article.slug}")
    unknown = added_source(database, clock.now(), url=f"{SITE}/fact-checks/nothing-here")
    assert stored(database, own).own_article_id is not None
    assert stored(database, elsewhere).own_article_id is None
    assert stored(database, unknown).own_article_id is None


def test_people_say_that_an_address_is_usurped_and_take_it_back(
    database: Database, clock: FrozenClock
) -> None:
    record_id = added_source(database, clock.now())
    act = Act(SYSTEM, clock.now(), SITE)
    states = []
    for state in (State.USURPED, State.USURPED, None, None):
        with database.transaction() as session:
            say_state(session, record_id, state, act=act)
        states.append(stored(database, record_id).state)
    assert states == ["usurped", "usurped", "unchecked", "unchecked"]
    assert [details["state"] for _, details in journal(database, record_id)[1:]] == [
        ["unchecked", "usurped"],
        ["usurped", "unchecked"],
    ]


def test_only_passes_say_that_a_source_is_dead(database: Database, clock: FrozenClock) -> None:
    record_id = added_source(database, clock.now())
    with pytest.raises(InvalidInput), database.transaction() as session:
        say_state(session, record_id, State.DEAD, act=Act(SYSTEM, clock.now(), SITE))


def test_a_record_that_does_not_exist_is_not_found(database: Database, clock: FrozenClock) -> None:
    with pytest.raises(NotFound):
        change(database, clock, new_id())
