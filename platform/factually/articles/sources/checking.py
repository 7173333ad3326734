"""Passes over sources: is each still there, and does it still say what we quote?

A run takes some sources that are due, looks at one after the other outside any transaction, and writes down
each finding in one of its own.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from sqlalchemy import select

from factually.articles.sources.liveness import Standing, State, after_pass, is_soft_404, next_pass
from factually.articles.sources.models import SourceCheck, SourceRecord
from factually.articles.sources.page_reading import text_of
from factually.articles.sources.quotes import select as select_quote
from factually.articles.sources.quotes import stands
from factually.audit.journal import SYSTEM, record
from factually.foundation.outgoing.errors import FetchFailed
from factually.foundation.outgoing.fetching import FetchLimits

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.articles.sources.quotes import TextQuote
    from factually.foundation.clock import Clock
    from factually.foundation.database import Database
    from factually.foundation.outgoing.fetching import Fetched, Fetcher

_PER_RUN: Final = 20
_LONGEST_RUN: Final = timedelta(minutes=5)
# A worker that dies in a run leaves what it took to a later one.
_TAKEN_FOR: Final = timedelta(hours=1)
_LIMITS: Final = FetchLimits(max_bytes=10_000_000, seconds=20.0)
_ALARMS: Final = {State.DEAD: "source.dead", State.DEVIATED: "source.deviated"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one pass over a source found; see `models.SourceCheck`.

    Attributes:
        sentence: The same in words.
        quote: The passage as it stands now, with its neighbourhood; None where it doesn't.
    """

    sentence: str
    answered: bool
    status: int | None = None
    quote_stands: bool | None = None
    quote: TextQuote | None = None


@dataclass(frozen=True, slots=True)
class _Due:
    id: uuid.UUID
    url: str
    quote: str | None


@dataclass(frozen=True, slots=True)
class Checking:
    """What a run needs.

    Attributes:
        per_run: How many sources a run takes at most.
    """

    database: Database
    fetcher: Fetcher
    clock: Clock
    per_run: int = _PER_RUN

    def run(self) -> int:
        """Look at sources that are due, for at most five minutes; return how many."""
        with self.database.transaction() as session:
            due = _take_due(session, self.per_run, self.clock.now())
        ends = time.monotonic() + _LONGEST_RUN.total_seconds()
        looked_at = 0
        for source in due:
            if time.monotonic() > ends:
                break
            finding = look_at(self.fetcher, source.url, source.quote)
            with self.database.transaction() as session:
                _write_down(session, source, finding, now=self.clock.now())
            looked_at += 1
        return looked_at


def look_at(fetcher: Fetcher, url: str, quote: str | None) -> Finding:
    """Look at one page once, and at what its site says to an address that cannot exist."""
    try:
        page = fetcher.fetch(url, _LIMITS)
    except FetchFailed as error:
        return Finding(error.message, answered=False)
    if not page.is_good:
        return Finding(f"The page answers {page.status}.", answered=False, status=page.status)
    text = text_of(page)
    read = _read(text, quote, page.status)
    # A page that holds the passage is the page, however much it looks like the site's others.
    if not read.quote_stands and text and is_soft_404(text, _text_of_made_up(fetcher, page)):
        return Finding(
            "The site shows this page for any address: it is an error page in disguise.",
            answered=False,
            status=page.status,
        )
    return read


def _read(text: str | None, quote: str | None, status: int) -> Finding:
    if quote is None:
        return Finding("The page answers.", answered=True, status=status)
    if not text:
        return Finding("The page answers, but with no text that we can read.", answered=True, status=status)
    if not stands(quote, text):
        return Finding(
            "The page answers, but the quoted passage no longer stands in it.",
            answered=True,
            status=status,
            quote_stands=False,
        )
    return Finding(
        "The quoted passage stands.",
        answered=True,
        status=status,
        quote_stands=True,
        quote=select_quote(quote, text),
    )


def _text_of_made_up(fetcher: Fetcher, page: Fetched) -> str:
    """Return what a site shows for an address that cannot exist; empty where it says so, as it should."""
    try:
        answer = fetcher.fetch(urljoin(page.url, f"/{secrets.token_hex(12)}"), _LIMITS)
    except FetchFailed:
        return ""
    return (text_of(answer) or "") if answer.is_good else ""


def _take_due(session: Session, limit: int, now: datetime) -> list[_Due]:
    query = (
        select(SourceRecord)
        .where(SourceRecord.due_at <= now)
        .order_by(SourceRecord.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(query).scalars().all()
    for source in taken:
        source.due_at = now + _TAKEN_FOR
    return [_Due(source.id, source.url, source.quote) for source in taken]


def _write_down(session: Session, looked_at: _Due, finding: Finding, *, now: datetime) -> None:
    """Write down a finding, unless somebody changed in between what it is about."""
    source = session.get_one(SourceRecord, looked_at.id, with_for_update=True)
    if (source.url, source.quote) != (looked_at.url, looked_at.quote):
        return
    before = Standing(State(source.state), source.failures)
    after = after_pass(before, answered=finding.answered, quote_stands=finding.quote_stands)
    source.state, source.failures = after.state.value, after.failures
    source.due_at = next_pass(after, now)
    if finding.quote is not None:
        source.quote_prefix, source.quote_suffix = finding.quote.prefix, finding.quote.suffix
    session.add(
        SourceCheck(
            source_id=source.id,
            checked_at=now,
            answered=finding.answered,
            status=finding.status,
            quote_stands=finding.quote_stands,
            finding=finding.sentence,
            state=after.state.value,
        )
    )
    alarm = _ALARMS.get(after.state)
    if alarm is not None and after.state is not before.state:
        record(
            session,
            actor=SYSTEM,
            event=alarm,
            subject=f"source:{source.id}",
            now=now,
            details={"finding": finding.sentence},
        )
