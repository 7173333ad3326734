"""Sources as the editor's page holds them: a JSON list, with a form field for each thing that is said of one.

`editor/README.md` is the contract with the script.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final, get_args

from factually.articles.content import Interest, Source, SourceKind, Stance
from factually.articles.dates import is_partial_date
from factually.articles.lines import FORBIDDEN
from factually.articles.source_lines import MAX_SOURCES, is_safe_address
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_CHARACTERS: Final = 2_000
_FIELD: Final = re.compile(r"source-([0-9]{1,4})-([a-z_]+)")
_CHOICES: Final[dict[str, frozenset[str]]] = {
    "kind": frozenset(get_args(SourceKind)),
    "interest": frozenset(get_args(Interest)),
    "stance": frozenset(get_args(Stance)),
}
_DATES: Final = frozenset({"published", "accessed", "archived_on"})
_ADDRESSES: Final = frozenset({"url", "archive_url"})
_NAMES: Final = frozenset(field.name for field in fields(Source)) - {"number"}
_ALWAYS: Final = frozenset({"title", "publisher", "url"})
_NEEDED: Final = (
    ("title", "title"),
    ("publisher", "publisher"),
    ("url", "address"),
    ("accessed", "day of access"),
    ("kind", "kind"),
    ("independence", "independence note"),
    ("interest", "answer about interest"),
)


def entries_of(sources: Iterable[Source]) -> list[dict[str, object]]:
    """Return sources as the page's script takes them."""
    return [{**asdict(source), "missing": list(missing_of(source))} for source in sources]


def missing_of(source: Source) -> tuple[str, ...]:
    """Return what a reader could not yet be told about a source, in an editor's words."""
    return tuple(word for name, word in _NEEDED if not getattr(source, name))


def read_sources(text: str, said: Mapping[str, str]) -> tuple[Source, ...]:
    """Return the sources of a posted page, by number.

    Args:
        text: The JSON list.
        said: All fields of the form; `source-2-kind` says more of source 2 and wins over the list.

    Raises:
        InvalidInput: The list is none of ours, or a value can't be; names source and field.
    """
    try:
        entries = json.loads(text or "[]")
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The list of sources is damaged.", field="sources") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InvalidInput("The list of sources is damaged.", field="sources")
    if len(entries) > MAX_SOURCES:
        raise InvalidInput(f"An article has at most {MAX_SOURCES} sources.", field="sources")
    more = _said_of(said)
    sources: dict[int, Source] = {}
    for entry in entries:
        number = _number(entry)
        if number in sources:
            raise InvalidInput(f"Source [{number}] is listed twice.", field="sources")
        sources[number] = _source(number, {**entry, **more.get(number, {})})
    return tuple(sources[number] for number in sorted(sources))


def _said_of(said: Mapping[str, str]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for name, value in said.items():
        match = _FIELD.fullmatch(name)
        if match and match[2] in _NAMES:
            found.setdefault(int(match[1]), {})[match[2]] = value
    return found


def _number(entry: Mapping[str, Any]) -> int:
    number = entry.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= 9_999:  # noqa: PLR2004 - what a citation can hold
        raise InvalidInput("Each source has a number from 1 to 9,999.", field="sources")
    return number


def _source(number: int, entry: Mapping[str, object]) -> Source:
    values: dict[str, Any] = {}
    for name in _NAMES:
        value = entry.get(name)
        if value is not None and not isinstance(value, str):
            raise _refusal(number, name, "is no text")
        kept = (value or "").strip()
        _check(number, name, kept)
        values[name] = kept if name in _ALWAYS else kept or None
    return Source(number=number, **values)


def _check(number: int, name: str, value: str) -> None:
    """See that a value, unless it is empty, is one that a page can print."""
    if len(value) > MAX_CHARACTERS or FORBIDDEN.search(value):
        raise _refusal(number, name, f"has more than {MAX_CHARACTERS:,} characters, or one that can't stand")
    if not value:
        return
    if name in _ADDRESSES and not is_safe_address(value):
        raise _refusal(number, name, "is no http or https address")
    if name in _DATES and not is_partial_date(value):
        raise _refusal(number, name, "is no date such as 2026, 2026-03 or 2026-03-04")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise _refusal(number, name, f"is one of {', '.join(sorted(_CHOICES[name]))}")


def _refusal(number: int, name: str, reason: str) -> InvalidInput:
    return InvalidInput(
        f"Source [{number}]: “{name.replace('_', ' ')}” {reason}.", field=f"source-{number}-{name}"
    )
