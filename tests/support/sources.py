"""Records of sources for tests, and what is done with them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from factually.articles.sources.models import SourceRecord
from factually.articles.sources.quotes import TextQuote
from factually.articles.sources.recording import Act, add_source
from factually.articles.sources.records import SourceFacts
from factually.audit.journal import SYSTEM

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from factually.foundation.database import Database

SITE = "https://factually.example"
QUOTE = "Water boils at 100 °C."
FACTS = SourceFacts(
    url="https://water.example/boiling",
    title="Boiling, explained",
    publisher="Institute of Water",
    authors=("Ann Boiler",),
    published="2024-05",
    accessed="2026-11-24",
    kind="primary",
    independence="A public institute.",
    interest="no",
    quote=TextQuote(QUOTE),
)


def added_source(database: Database, now: datetime, **facts: Any) -> uuid.UUID:  # noqa: ANN401 - handed on
    """Make a record, with these facts in place of the usual ones."""
    with database.transaction() as session:
        return add_source(session, replace(FACTS, **facts), Act(SYSTEM, now, SITE))


def stored(database: Database, record_id: uuid.UUID) -> SourceRecord:
    """Return a record as it stands."""
    with database.transaction() as session:
        return session.execute(select(SourceRecord).where(SourceRecord.id == record_id)).scalar_one()
