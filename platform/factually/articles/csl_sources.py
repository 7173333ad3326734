"""A source list as CSL-JSON (schema csl-data 1.0), with what CSL has no word for under `custom`.

[{"id": "1", "type": "report", "title": "…", "publisher": "…", "URL": "https://…",
  "issued": {"date-parts": [[2026, 3, 4]]}, "accessed": {"date-parts": [[2026, 11, 20]]},
  "archive_location": "https://web.archive.org/…",
  "custom": {"kind": "primary", "independence": "…", "interest": "no", "stance": "supports"}}]
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from factually.articles.lines import MAX_BYTES
from factually.articles.newsroom.source_entries import read_sources
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.articles.content import Source

_FIELD: Final = "sources"
_BEGINS: Final = re.compile(r"\s*\[\s*[{\]]")
_MOST_DATE_PARTS: Final = 3
_OURS: Final = ("kind", "kind_reason", "independence", "interest", "stance", "quote", "archived_on", "record")


def is_csl(data: bytes | str) -> bool:
    """Tell whether a source list is CSL-JSON and not lines of `[n] title, …`."""
    beginning = data[:1_000]
    if isinstance(beginning, bytes):
        beginning = beginning.decode("utf-8-sig", errors="replace")
    return _BEGINS.match(beginning) is not None


def read_csl(data: bytes | str) -> tuple[Source, ...]:
    """Return the sources of a CSL-JSON list; an item whose id is a number has that number, else its place.

    Raises:
        InvalidInput: No such list, too long, or an item holds what no source says; names the item.
    """
    items = _items(data)
    entries = [_entry(item, place) for place, item in enumerate(items, start=1)]
    return read_sources(json.dumps(entries), {})


def _items(data: bytes | str) -> list[dict[str, Any]]:
    if len(data) > MAX_BYTES:
        raise InvalidInput("The list of sources is longer than 1 MB.", field=_FIELD)
    try:
        items = json.loads(data.decode("utf-8-sig") if isinstance(data, bytes) else data)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The list of sources is no JSON.", field=_FIELD) from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InvalidInput("The list of sources holds something that is no item of CSL-JSON.", field=_FIELD)
    return items


def _entry(item: Mapping[str, Any], place: int) -> dict[str, object]:
    ours = item.get("custom", {})
    if not isinstance(ours, dict):
        raise InvalidInput(f"Item {place}: “custom” is no object.", field=_FIELD)
    number = str(item.get("id", ""))
    return {
        **{name: ours.get(name) for name in _OURS},
        "number": int(number) if re.fullmatch("[0-9]{1,4}", number) else place,
        "title": item.get("title"),
        "publisher": item.get("publisher") or item.get("container-title"),
        "url": item.get("URL"),
        "published": _date(item.get("issued"), place),
        "accessed": _date(item.get("accessed"), place),
        "archive_url": item.get("archive_location"),
    }


def _date(value: object, place: int) -> str | None:
    """Return a CSL date as ISO 8601, of full or reduced precision."""
    if value is None:
        return None
    parts = value.get("date-parts") if isinstance(value, dict) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    if isinstance(first, list) and 0 < len(first) <= _MOST_DATE_PARTS:
        printed = [str(part) for part in first]
        if all(re.fullmatch("[0-9]{1,4}", part) for part in printed):
            return "-".join([printed[0], *(part.zfill(2) for part in printed[1:])])
    raise InvalidInput(f"Item {place}: a date is written as date-parts.", field=_FIELD)
