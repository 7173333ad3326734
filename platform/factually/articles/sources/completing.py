"""What a shared record says of a source, taken over where an article says nothing of it."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from factually.articles.sources.models import SourceRecord
from factually.articles.sources.web_addresses import normalised
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from factually.articles.content import Source

_SAID_BY_RECORDS: Final = (
    "published",
    "accessed",
    "kind",
    "kind_reason",
    "independence",
    "interest",
    "quote",
    "archive_url",
    "archived_on",
)


def complete_sources(session: Session, sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return sources with what their records say of them; what the article itself says stays.

    A source is known by its record or else by its address.
    """
    given = tuple(sources)
    ids = {found for found in map(_record_id, given) if found is not None}
    urls = {found for found in map(_spelt, given) if found is not None}
    if not urls and not ids:
        return given
    known = select(SourceRecord).where(SourceRecord.id.in_(ids) | SourceRecord.url.in_(urls))
    records = list(session.scalars(known))
    by_id = {str(one.id): one for one in records}
    by_url = {one.url: one for one in records}
    return tuple(
        _completed(source, by_id.get(str(_record_id(source))) or by_url.get(_spelt(source) or ""))
        for source in given
    )


def _completed(source: Source, record: SourceRecord | None) -> Source:
    if record is None:
        return source
    said: dict[str, Any] = {
        name: getattr(source, name) or getattr(record, name) or None for name in _SAID_BY_RECORDS
    }
    return replace(
        source,
        title=source.title or record.title,
        publisher=source.publisher or record.publisher,
        record=str(record.id),
        **said,
    )


def _record_id(source: Source) -> uuid.UUID | None:
    with suppress(ValueError):
        return uuid.UUID(source.record or "")
    return None


def _spelt(source: Source) -> str | None:
    with suppress(InvalidInput):
        return normalised(source.url)
    return None
