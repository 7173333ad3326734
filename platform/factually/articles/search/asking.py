"""What a reader asks of the search: words and filters, read from an address and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from factually.articles.presenting import KIND_NAMES
from factually.articles.ratings import RATINGS
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MAX_CHARACTERS: Final = 200
MAX_PAGES: Final = 10
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Question:
    """What is searched for.

    Attributes:
        words: As typed; empty where only filters are set.
        topic: Last part of a topic's address.
        first_day: Articles published on this day or later.
        last_day: Articles published on this day or earlier.
        page: Of the results, from 1 to 10.
    """

    words: str = ""
    topic: str | None = None
    kind: str | None = None
    verdict: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    page: int = 1

    @property
    def asks(self) -> bool:
        """Whether anything is searched for."""
        filters = (self.topic, self.kind, self.verdict, self.first_day, self.last_day)
        return bool(self.words) or any(filters)


def read_question(arguments: Mapping[str, str]) -> Question:
    """Return what an address asks; an empty field is no filter.

    Raises:
        InvalidInput: A field holds what can't be searched for; it is named.
    """
    words = arguments.get("q", "").strip()
    if len(words) > MAX_CHARACTERS:
        raise InvalidInput(f"Search for at most {MAX_CHARACTERS} characters.", field="q")
    topic = arguments.get("topic") or None
    if topic is not None and not _SLUG.fullmatch(topic):
        raise InvalidInput("There is no such topic.", field="topic")
    first_day, last_day = _day(arguments, "from"), _day(arguments, "to")
    if first_day and last_day and last_day < first_day:
        raise InvalidInput("The last day is before the first.", field="to")
    return Question(
        words=words,
        topic=topic,
        kind=_one_of(arguments, "kind", KIND_NAMES, "There is no such kind of fact check."),
        verdict=_one_of(arguments, "verdict", RATINGS, "There is no such verdict on our scale."),
        first_day=first_day,
        last_day=last_day,
        page=_page(arguments.get("page", "1")),
    )


def _one_of(arguments: Mapping[str, str], field: str, known: Collection[str], refusal: str) -> str | None:
    value = arguments.get(field) or None
    if value is not None and value not in known:
        raise InvalidInput(refusal, field=field)
    return value


def _day(arguments: Mapping[str, str], field: str) -> date | None:
    value = arguments.get(field)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InvalidInput("Write the day as 2026-11-24.", field=field) from error


def _page(value: str) -> int:
    if value not in {str(number) for number in range(1, MAX_PAGES + 1)}:
        raise InvalidInput(f"Results have pages 1 to {MAX_PAGES}.", field="page")
    return int(value)
