"""Lines of a source list: `[n] title, publisher, date or n.d., URL`, read from the right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from factually.articles.content import Source
from factually.articles.dates import PRINTED_DATE, parse_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.articles.lines import Line

MAX_SOURCES = 500
_MAX_URL_CHARACTERS = 2_000
_SHAPE = "[n] title, publisher, date or n.d., URL"

_NUMBERED = re.compile(r"\[(?P<number>[0-9]{1,4})\] (?P<rest>\S.*)")
_ADDRESS = re.compile(r"(?P<rest>.*\S) ?, (?P<url>\S+)")
# As little as possible before the date, since "March 4, 2026" ends like a year of its own.
_DATED = re.compile(rf"(?P<rest>.*?\S) ?, (?P<date>n\.d\.|{PRINTED_DATE})", re.IGNORECASE)
_PUBLISHED = re.compile(r"(?P<title>.*\S) ?, (?P<publisher>\S.*)")


def parse_sources(lines: Sequence[Line]) -> tuple[Source, ...]:
    """Return the sources of a list, by number, so that citations resolve.

    Titles may hold commas: address, date and publisher are taken from the right.

    Raises:
        InvalidInput: A line of another shape, a number used twice, an impossible date, an address
            that is not http or https, or too many sources; names the line.
    """
    if len(lines) > MAX_SOURCES:
        raise lines[MAX_SOURCES].refusal(f"an article has at most {MAX_SOURCES} sources.")
    sources: dict[int, Source] = {}
    for line in lines:
        source = _parse_source(line)
        if source.number in sources:
            raise line.refusal(f"source [{source.number}] is listed twice.")
        sources[source.number] = source
    return tuple(sources[number] for number in sorted(sources))


def _parse_source(line: Line) -> Source:
    numbered = _NUMBERED.fullmatch(line.text)
    addressed = _ADDRESS.fullmatch(numbered["rest"]) if numbered else None
    dated = _DATED.fullmatch(addressed["rest"]) if addressed else None
    published = _PUBLISHED.fullmatch(dated["rest"]) if dated else None
    if numbered is None or addressed is None or dated is None or published is None:
        raise line.refusal(f"a source is written as “{_SHAPE}”.")
    number = int(numbered["number"])
    if number == 0:
        raise line.refusal("sources are numbered from 1.")
    return Source(
        number=number,
        title=published["title"],
        publisher=published["publisher"],
        published=None if dated["date"].lower() == "n.d." else parse_date(dated["date"], line),
        url=_check_url(addressed["url"], line),
    )


def is_safe_address(url: str) -> bool:
    """Return whether a link to it is safe to print: http or https, a host, no password, not endless."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        sound = False
    return sound and len(url) <= _MAX_URL_CHARACTERS and not any(map(str.isspace, url))


def _check_url(url: str, line: Line) -> str:
    if not is_safe_address(url):
        raise line.refusal(
            f"the address of a source is an http or https URL of at most {_MAX_URL_CHARACTERS} characters.",
        )
    return url
