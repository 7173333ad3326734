"""Which articles cite which records, and whether they cite themselves in a circle."""

from __future__ import annotations

import uuid
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from factually.articles.models import Article
from factually.articles.sources.models import SourceRecord, SourceUse
from factually.articles.sources.web_addresses import normalised
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.content import Source

_LONGEST_CIRCLE: Final = 20


class Place(StrEnum):
    """Which text of an article cites a source."""

    DRAFT = "in_draft"
    PUBLIC = "in_public"


def note_uses(
    session: Session, article_id: uuid.UUID, sources: Iterable[Source], *, place: Place, now: datetime
) -> None:
    """Write down which records a text cites, in place of what it cited before.

    Called with every save and every publication; a text that readers don't see any more cites none. A source
    without a record is passed over: no save is lost for it.

    Args:
        session: The transaction of the save.
        article_id: The article.
        sources: The text's sources; each is known by its record or else by its address.
        place: Which of the article's texts.
        now: When.
    """
    cited = _records_of(session, sources)
    here = getattr(SourceUse, place.value)
    elsewhere = SourceUse.in_public if place is Place.DRAFT else SourceUse.in_draft
    gone = [SourceUse.article_id == article_id, here, SourceUse.source_id.not_in(cited)]
    session.execute(delete(SourceUse).where(*gone, ~elsewhere))
    session.execute(update(SourceUse).where(*gone).values({here: False, SourceUse.noted_at: now}))
    if not cited:
        return
    blank = {"in_draft": False, "in_public": False, "article_id": article_id, "noted_at": now}
    added = insert(SourceUse).values(
        [{**blank, place.value: True, "source_id": id_} for id_ in sorted(cited)]
    )
    session.execute(
        added.on_conflict_do_update(
            index_elements=[SourceUse.source_id, SourceUse.article_id],
            set_={place.value: True, "noted_at": now},
            where=~here,
        )
    )


def repeated_sources(sources: Iterable[Source]) -> tuple[tuple[int, ...], ...]:
    """Return the numbers of an article's sources that are one and the same, each group ascending."""
    numbers: dict[str, list[int]] = {}
    for source in sources:
        numbers.setdefault(source.record or _spelt(source.url), []).append(source.number)
    return tuple(tuple(sorted(group)) for group in numbers.values() if len(group) > 1)


def circle_of(session: Session, article_id: uuid.UUID) -> tuple[str, ...]:
    """Return slugs from an article by what it cites back to itself; empty where no way leads back.

    Raises:
        NoResultFound: There is no such article.
    """
    came_from: dict[uuid.UUID, uuid.UUID] = {}
    frontier = {article_id}
    for _ in range(_LONGEST_CIRCLE):
        steps = _citing(session, frontier)
        last = next((citing for citing, cited in steps if cited == article_id), None)
        if last is not None:
            return _slugs(session, [*_way(came_from, last), article_id])
        frontier = {cited for _, cited in steps} - {*came_from}
        if not frontier:
            break
        came_from.update({cited: citing for citing, cited in steps if cited in frontier})
    return ()


def _spelt(url: str) -> str:
    """Return the one spelling of an address; one that is none is its own."""
    with suppress(InvalidInput):
        return normalised(url)
    return url


def _records_of(session: Session, sources: Iterable[Source]) -> set[uuid.UUID]:
    ids, urls = set(), set()
    for source in sources:
        with suppress(ValueError):
            ids.add(uuid.UUID(source.record or ""))
        urls.add(_spelt(source.url))
    query = select(SourceRecord.id).where(SourceRecord.id.in_(ids) | SourceRecord.url.in_(urls))
    return set(session.execute(query).scalars())


def _citing(session: Session, articles: set[uuid.UUID]) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """Return pairs of articles of ours, of which the first cites the second."""
    query = (
        select(SourceUse.article_id, SourceRecord.own_article_id)
        .join(SourceRecord, SourceRecord.id == SourceUse.source_id)
        .where(SourceUse.article_id.in_(articles), SourceRecord.own_article_id.is_not(None))
    )
    return [(citing, cited) for citing, cited in session.execute(query) if cited is not None]


def _way(came_from: Mapping[uuid.UUID, uuid.UUID], last: uuid.UUID) -> list[uuid.UUID]:
    """Return the way from the first article to the last one; the first came from nowhere."""
    way = [last]
    while way[0] in came_from:
        way.insert(0, came_from[way[0]])
    return way


def _slugs(session: Session, articles: Sequence[uuid.UUID]) -> tuple[str, ...]:
    rows = session.execute(select(Article.id, Article.slug).where(Article.id.in_({*articles})))
    named = {row.id: row.slug for row in rows}
    return tuple(named[article] for article in articles)
