"""Copies in public archives: which hosts count, and how a link says that there is one (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.articles.sources.web_addresses import host_of, normalised
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

HOSTS: Final = frozenset(
    {
        "archive-it.org",
        "archive.is",
        "archive.md",
        "archive.org",
        "archive.ph",
        "archive.today",
        "ghostarchive.org",
        "perma.cc",
        "webarchive.loc.gov",
        "webarchive.nationalarchives.gov.uk",
        "webarchive.org.uk",
        "webcitation.org",
        "wayback.archive-it.org",
    }
)
"""Archives that keep what was there, with its date, and that nobody who is cited can change."""


def is_archive(url: str) -> bool:
    """Tell whether a normalised address is of an archive that counts (rule EG11)."""
    host = host_of(url)
    return host in HOSTS or host.removeprefix("web.").removeprefix("www.") in HOSTS


def checked_archive_url(url: str, *, field: str = "archive_url") -> str:
    """Return the normalised address of a copy.

    Raises:
        InvalidInput: It is no address, or of no archive that counts.
    """
    found = normalised(url, field=field)
    if not is_archive(found):
        raise InvalidInput(
            "Use a copy at a public archive, such as web.archive.org, archive.ph or perma.cc.", field=field
        )
    return found


def robust_link(url: str, *, archive_url: str | None, seen_on: str | None) -> Mapping[str, str]:
    """Return what a link to a source says besides its address (Robust Links, 2025).

    Args:
        url: The source's own address.
        archive_url: A copy of it, None where there is none.
        seen_on: ISO 8601 date of the copy, or else of our reading; None where nobody knows.
    """
    said = {"data-originalurl": url, "data-versiondate": seen_on, "data-versionurl": archive_url}
    return {name: value for name, value in said.items() if value is not None}
