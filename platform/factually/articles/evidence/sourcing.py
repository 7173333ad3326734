"""Whether a reader can look each source up and judge it: EG2, EG9 and EG11 (pure)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from factually.articles.dates import is_partial_date
from factually.articles.evidence.findings import Finding
from factually.articles.evidence.web_archives import Copy, read_copy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factually.articles.content import Source
    from factually.articles.evidence.circumstances import Circumstances
    from factually.articles.evidence.reading import Reading

COPY_IS_NEAR_DAYS: Final = 30
"""A copy made this many days before or after we read a page still shows what we read."""
_PLACE: Final = "sources"


def is_complete(reading: Reading) -> Iterator[Finding]:
    """Find sources that a reader could not look up or judge, and those used without a reason (EG2)."""
    for number, source in reading.sources.items():
        missing = _missing(source)
        if missing:
            yield Finding(
                "EG2", "error", f"source {number}", f"Source [{number}] has no {_listed(missing, 'or')}."
            )
        if source.kind in {"secondary", "tertiary"} and not source.kind_reason:
            sentence = f"Source [{number}] is {source.kind}, and nothing says why no primary one is used."
            yield Finding("EG2", "warn", f"source {number}", sentence)


def interest_is_answered(reading: Reading) -> Iterator[Finding]:
    """Find sources of which nobody said whether their publisher gains from what they say (EG9)."""
    for number, source in reading.sources.items():
        if source.interest is None:
            sentence = f"Nobody has said whether the publisher of source [{number}] gains from what it says."
            yield Finding("EG9", "error", f"source {number}", sentence)


def gifts_are_disclosed(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Disclose publishers who gave money to this site, and stop at those who gave much (EG9)."""
    unknown: list[int] = []
    for publisher, numbers in _by_publisher(reading.cited_sources()).items():
        gift = circumstances.gifts.get(publisher)
        place = f"source {numbers[0]}"
        if gift is None:
            unknown += numbers
        elif gift == "gave":
            yield Finding(
                "EG9", "report", place, f"{publisher}, which is cited here, gave money to this site."
            )
        elif gift == "gave_above_threshold":
            sentence = f"{publisher} gave this site more than a cited publisher may have given."
            yield Finding("EG9", "error", place, sentence)
    if unknown:
        sentence = (
            f"It was not looked up whether the publishers of {_marks(unknown)} gave money to this site."
        )
        yield Finding("EG9", "report", _PLACE, sentence)


def copies_are_sound(reading: Reading, circumstances: Circumstances) -> Iterator[Finding]:
    """Find archived copies that are missing or show something else than what we read (EG11)."""
    bare: list[int] = []
    untried: list[int] = []
    for number, source in reading.sources.items():
        if not source.archive_url:
            bare.append(number)
            continue
        for reason in _unsound(source, read_copy(source.archive_url)):
            yield Finding(
                "EG11", "warn", f"source {number}", f"The archived copy of source [{number}] {reason}."
            )
        opens = circumstances.reachable.get(source.archive_url)
        if opens is None:
            untried.append(number)
        elif not opens:
            sentence = f"The archived copy of source [{number}] does not open."
            yield Finding("EG11", "warn", f"source {number}", sentence)
    if bare:
        yield Finding("EG11", "warn", _PLACE, f"No archived copy is recorded of {_marks(bare)}.")
    if untried:
        sentence = f"Nobody has tried whether the archived copies of {_marks(untried)} open."
        yield Finding("EG11", "report", _PLACE, sentence)


def _missing(source: Source) -> list[str]:
    said = (
        ("title", _is_readable(source.title)),
        ("publisher", _is_readable(source.publisher)),
        ("address", _is_readable(source.url)),
        ("date of access", bool(source.accessed)),
        ("kind", bool(source.kind)),
        ("independence note", _is_readable(source.independence)),
    )
    return [name for name, is_said in said if not is_said]


def _is_readable(text: str | None) -> bool:
    return any(map(str.isalnum, text or ""))


def _by_publisher(sources: Iterable[Source]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for source in sources:
        found.setdefault(source.publisher, []).append(source.number)
    return found


def _unsound(source: Source, copy: Copy | None) -> Iterator[str]:
    if copy is None:
        yield "is not at a public archive that we count on"
        return
    if copy.original is not None and not copy.shows(source.url):
        yield "is of another address"
    made = copy.made_on or source.archived_on
    if not made or not source.accessed:
        return
    days = _days_between(made, source.accessed)
    if days is not None and days > COPY_IS_NEAR_DAYS:
        yield f"was made {days} days from the day we read it"


def _days_between(one: str, other: str) -> int | None:
    """Return the days between two ISO dates, None where one is not exact."""
    if not all(len(day) == len("YYYY-MM-DD") and is_partial_date(day) for day in (one, other)):
        return None
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def _marks(numbers: Iterable[int]) -> str:
    return _listed([f"[{number}]" for number in sorted(numbers)], "and")


def _listed(names: list[str], last: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
