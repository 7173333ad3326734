"""Headers and lists by which archives and browsers travel in time.

Memento is RFC 7089 (its pattern 2.1: a time gate of its own that redirects), relations between versions are
RFC 5829, the list format is RFC 6690.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from werkzeug.http import http_date

from factually.foundation.errors import DomainError

if TYPE_CHECKING:
    from factually.articles.history.chain import History, Revision

LINK_FORMAT: Final = "application/link-format"
_RFC_1123: Final = "%a, %d %b %Y %H:%M:%S GMT"


class NoSuchMoment(DomainError):
    """`Accept-Datetime` holds no date of RFC 1123; RFC 7089 (section 4.5.3) asks for 400."""


@dataclass(frozen=True)
class Link:
    """One entry of a `Link` header or of a time map."""

    target: str
    relation: str
    attributes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        more = "".join(f'; {name}="{value}"' for name, value in self.attributes)
        return f'<{self.target}>; rel="{self.relation}"{more}'


@dataclass(frozen=True)
class Addresses:
    """Where the parts of an article's history stand.

    Attributes:
        article: Public address of the article, with scheme and host.
    """

    article: str

    @property
    def history(self) -> str:
        """The page of all revisions."""
        return f"{self.article}/history"

    @property
    def time_gate(self) -> str:
        """What leads to the revision of a moment."""
        return f"{self.article}/timegate"

    @property
    def time_map(self) -> str:
        """The list of all revisions for machines."""
        return f"{self.article}/timemap"

    def revision(self, revision: Revision) -> str:
        """Return the permanent address of a revision."""
        return f"{self.article}@{revision.sha256}"


def parse_moment(text: str) -> datetime:
    """Return the moment of an `Accept-Datetime` header.

    Raises:
        NoSuchMoment: It is not a date of RFC 1123 in GMT.
    """
    try:
        moment = datetime.strptime(text, _RFC_1123).replace(tzinfo=UTC)
    except ValueError:
        moment = None
    # The way back shows what strptime lets pass, such as a Monday that was a Tuesday.
    if moment is None or http_date(moment) != text:
        raise NoSuchMoment("Accept-Datetime needs a date such as Tue, 24 Nov 2026 12:00:00 GMT.")
    return moment


def links_of_article(addresses: Addresses) -> str:
    """Return the `Link` header of the article's own page."""
    return _header(
        Link(addresses.time_gate, "timegate"),
        Link(addresses.time_map, "timemap", (("type", LINK_FORMAT),)),
        Link(addresses.history, "version-history"),
    )


def links_of_revision(addresses: Addresses, history: History, revision: Revision) -> str:
    """Return the `Link` header of a revision: its neighbours in time, and the article as it is now."""
    return _header(
        Link(addresses.article, "original latest-version"),
        Link(addresses.time_gate, "timegate"),
        _time_map(addresses, history, "timemap"),
        Link(addresses.history, "version-history"),
        *_neighbours(addresses, history, revision),
    )


def links_of_time_gate(addresses: Addresses, history: History) -> str:
    """Return the `Link` header of the time gate's redirect."""
    return _header(
        Link(addresses.article, "original"),
        _time_map(addresses, history, "timemap"),
        *_ends(addresses, history),
    )


def write_time_map(addresses: Addresses, history: History) -> str:
    """Return the list of all revisions with their moments."""
    links = [
        Link(addresses.article, "original"),
        _time_map(addresses, history, "self"),
        Link(addresses.time_gate, "timegate"),
        *(_memento(addresses, history, revision) for revision in history.revisions),
    ]
    return ",\n".join(map(str, links)) + "\n"


def _header(*links: Link) -> str:
    return ", ".join(map(str, links))


def _time_map(addresses: Addresses, history: History, relation: str) -> Link:
    first, last = history.revisions[0], history.current
    attributes = (
        ("type", LINK_FORMAT),
        ("from", http_date(first.published_at)),
        ("until", http_date(last.published_at)),
    )
    return Link(addresses.time_map, relation, attributes)


def _ends(addresses: Addresses, history: History) -> list[Link]:
    ends = dict.fromkeys((history.revisions[0], history.current))
    return [_memento(addresses, history, one) for one in ends]


def _neighbours(addresses: Addresses, history: History, shown: Revision) -> list[Link]:
    near = (history.revisions[0], history.before(shown), shown, history.after(shown), history.current)
    return [_memento(addresses, history, one, shown) for one in dict.fromkeys(near) if one is not None]


def _memento(addresses: Addresses, history: History, one: Revision, shown: Revision | None = None) -> Link:
    """Return the link to a revision with all that it is, beside the one shown if one is."""
    before, after = (history.before(shown), history.after(shown)) if shown else (None, None)
    roles = (
        ("first", history.revisions[0]),
        ("prev predecessor-version", before),
        ("next successor-version", after),
        ("last", history.current),
    )
    names = [name for name, whose in roles if whose == one]
    relation = " ".join([*names, "memento"])
    return Link(addresses.revision(one), relation, (("datetime", http_date(one.published_at)),))
