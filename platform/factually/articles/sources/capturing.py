"""Keeping a page as it was: fetched outside any transaction, stored with its hash, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.articles.sources.models import MAX_CAPTURE_BYTES, SourceCapture, SourceRecord
from factually.articles.sources.wacz import Copy, write_wacz
from factually.audit.journal import SYSTEM, record
from factually.foundation.canonical import sha256_hex
from factually.foundation.errors import NotFound
from factually.foundation.identifiers import new_id
from factually.foundation.outgoing.errors import AnswerRefused, FetchFailed
from factually.foundation.outgoing.fetching import FetchLimits

if TYPE_CHECKING:
    import uuid

    from factually.foundation.clock import Clock
    from factually.foundation.database import Database
    from factually.foundation.outgoing.fetching import Fetcher

_OVERHEAD: Final = 100_000
_LIMITS: Final = FetchLimits(max_bytes=MAX_CAPTURE_BYTES - _OVERHEAD, seconds=60.0)


@dataclass(frozen=True, slots=True)
class Capturing:
    """What keeping a page needs."""

    database: Database
    fetcher: Fetcher
    clock: Clock

    def keep(self, source_id: uuid.UUID) -> uuid.UUID:
        """Keep a source's page as it is now, and return the copy's id; why there is none is journalled.

        Raises:
            FetchFailed: The page did not come, or is no page.
            NotFound: No such source.
        """
        with self.database.reading() as connection:
            query = select(SourceRecord.url, SourceRecord.title).where(SourceRecord.id == source_id)
            source = connection.execute(query).one_or_none()
        if source is None:
            raise NotFound("There is no record of such a source.")
        try:
            wacz, url = self._fetch(source.url, source.title)
        except FetchFailed as error:
            self._journal(source_id, "source.not_captured", {"reason": error.message})
            raise
        capture = SourceCapture(
            id=new_id(),
            source_id=source_id,
            url=url,
            wacz=wacz,
            sha256=sha256_hex(wacz),
            captured_at=self.clock.now(),
        )
        self._journal(source_id, "source.captured", {"sha256": capture.sha256}, capture)
        return capture.id

    def _fetch(self, url: str, title: str) -> tuple[bytes, str]:
        page = self.fetcher.fetch(url, _LIMITS)
        if not page.is_good:
            raise AnswerRefused(f"The page answers {page.status}, so there is nothing to keep.")
        return write_wacz(page, Copy(self.fetcher.user_agent, title, self.clock.now())), page.url

    def _journal(
        self,
        source_id: uuid.UUID,
        event: str,
        details: dict[str, str],
        capture: SourceCapture | None = None,
    ) -> None:
        with self.database.transaction() as session:
            if capture is not None:
                session.add(capture)
            record(
                session,
                actor=SYSTEM,
                event=event,
                subject=f"source:{source_id}",
                now=self.clock.now(),
                details=details,
            )
