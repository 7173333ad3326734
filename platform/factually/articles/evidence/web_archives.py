"""What the address of an archived copy says of it: the archive, the page it shows, the day (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from factually.articles.sources.archives import is_archive
from factually.articles.sources.web_addresses import normalised
from factually.foundation.errors import InvalidInput

# Memento addresses, as the Wayback Machine and its kin write them: /web/20261120093000id_/https://…
_MEMENTO: Final = re.compile(r"/(?P<moment>[0-9]{8,14})(?:[a-z]{2}_)?/(?P<original>https?:/{1,2}\S+)")


@dataclass(frozen=True)
class Copy:
    """An archived copy at an archive that counts.

    Attributes:
        original: The address it shows, None where its own address does not say.
        made_on: ISO 8601 date, None where its address does not say.
    """

    original: str | None
    made_on: str | None

    def shows(self, url: str) -> bool:
        """Tell whether it is of this address, however either is written."""
        return self.original is not None and _plain(self.original) == _plain(url)


def read_copy(archive_url: str) -> Copy | None:
    """Return what a copy's address says, None where no archive that counts has it."""
    try:
        counts = is_archive(normalised(archive_url))
    except InvalidInput:
        counts = False
    if not counts:
        return None
    memento = _MEMENTO.search(archive_url)
    return Copy(memento["original"], _day(memento["moment"])) if memento else Copy(None, None)


def _day(moment: str) -> str | None:
    try:
        return date.fromisoformat(f"{moment[:4]}-{moment[4:6]}-{moment[6:8]}").isoformat()
    except ValueError:
        return None


def _plain(url: str) -> str:
    """Return an address without scheme, `www.` and final slash, which archives write as they like."""
    try:
        spelt = normalised(url)
    except InvalidInput:
        spelt = url
    return re.sub(r"\Ahttps?:/{1,2}(?:www\.)?", "", spelt).rstrip("/")
