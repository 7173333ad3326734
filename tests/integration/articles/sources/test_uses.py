from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.articles.content import Source
from factually.articles.models import Article
from factually.articles.sources.models import SourceUse
from factually.articles.sources.queries import affected_articles
from factually.articles.sources.uses import Place, circle_of, note_uses
from factually.foundation.identifiers import new_id
from tests.support.article_factories import published, short_text
from tests.support.sources import SITE, added_source

if TYPE_CHECKING:
    import uuid

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock


def article(database: Database, clock: FrozenClock, topic: str = "water") -> uuid.UUID:
    slug = published(database, short_text(title=f"Fact check: Is {topic} wet?"), now=clock.now()).slug
    with database.transaction() as session:
        return session.execute(select(Article.id).where(Article.slug == slug)).scalar_one()


def note(
    database: Database,
    clock: FrozenClock,
    article_id: uuid.UUID,
    *records: object,
    place: Place = Place.DRAFT,
) -> None:
    sources = [
        Source(number, "Boiling", "Institute", None, "no address", record=str(record))
        for number, record in enumerate(records, start=1)
    ]
    with database.transaction() as session:
        note_uses(session, article_id, sources, place=place, now=clock.now())


def uses(database: Database) -> set[tuple[uuid.UUID, bool, bool]]:
    with database.transaction() as session:
        rows = session.execute(select(SourceUse.source_id, SourceUse.in_draft, SourceUse.in_public))
        return {(row.source_id, row.in_draft, row.in_public) for row in rows}


def test_draft_and_public_text_cite_each_their_own(database: Database, clock: FrozenClock) -> None:
    first, second, third = (
        added_source(database, clock.now(), url=f"https://water.example/{number}") for number in range(3)
    )
    cites = article(database, clock)
    note(database, clock, cites, first, second, second)
    note(database, clock, cites, first, second, place=Place.PUBLIC)
    note(database, clock, cites, second, third)
    assert uses(database) == {(first, False, True), (second, True, True), (third, True, False)}
    note(database, clock, cites, place=Place.PUBLIC)
    assert uses(database) == {(second, True, False), (third, True, False)}
    note(database, clock, cites)
    assert uses(database) == set()


def test_the_articles_that_a_source_affects_are_named_public_ones_first(
    database: Database, clock: FrozenClock
) -> None:
    record_id = added_source(database, clock.now(), url="https://elsewhere.example/")
    drafted, shown = article(database, clock, "air"), article(database, clock, "steam")
    note(database, clock, drafted, record_id)
    note(database, clock, shown, record_id, place=Place.PUBLIC)
    with database.reading() as connection:
        found = affected_articles(connection, record_id)
    assert [(one.id, one.title, one.in_draft, one.in_public) for one in found] == [
        (shown, "Is steam wet?", False, True),
        (drafted, "Is air wet?", True, False),
    ]


def test_a_source_without_a_record_is_known_by_its_address_or_passed_over(
    database: Database, clock: FrozenClock
) -> None:
    cites, record_id = article(database, clock), added_source(database, clock.now())
    sources = [
        Source(1, "Boiling", "Institute", None, "HTTPS://WATER.example/boiling#top"),
        Source(2, "Steam", "Society", None, "https://steam.example/"),
        Source(3, "Ice", "Society", None, "https://ice.example/", record=str(new_id())),
        Source(4, "Air", "Society", None, "nowhere", record="x"),
    ]
    with database.transaction() as session:
        note_uses(session, cites, sources, place=Place.DRAFT, now=clock.now())
    assert uses(database) == {(record_id, True, False)}


def test_a_circle_of_our_own_articles_is_named(database: Database, clock: FrozenClock) -> None:
    articles = [article(database, clock, topic) for topic in ("air", "steam", "water")]
    slugs = ("is-air-wet", "is-steam-wet", "is-water-wet")
    records = [added_source(database, clock.now(), url=f"{SITE}/fact-checks/{slug}") for slug in slugs]
    note(database, clock, articles[0], records[1])
    note(database, clock, articles[1], records[2])
    with database.transaction() as session:
        assert circle_of(session, articles[0]) == ()
    note(database, clock, articles[2], records[0])
    with database.transaction() as session:
        assert circle_of(session, articles[0]) == (*slugs, slugs[0])
        assert circle_of(session, articles[1]) == (slugs[1], slugs[2], slugs[0], slugs[1])


def test_an_article_that_cites_itself_is_a_circle_and_one_that_leads_into_another_is_none(
    database: Database, clock: FrozenClock
) -> None:
    leads, itself = article(database, clock, "air"), article(database, clock, "steam")
    record_id = added_source(database, clock.now(), url=f"{SITE}/fact-checks/is-steam-wet")
    note(database, clock, itself, record_id)
    note(database, clock, leads, record_id)
    with database.transaction() as session:
        assert circle_of(session, itself) == ("is-steam-wet", "is-steam-wet")
        assert circle_of(session, leads) == ()
