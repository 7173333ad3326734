"""Dates as texts print them and as revisions store them: ISO 8601, of full or reduced precision."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factually.articles.lines import Line

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH = "|".join(_MONTHS)
_FORMS = (
    re.compile(r"(?P<year>[0-9]{4})(?:-(?P<number>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?"),
    re.compile(rf"(?P<month>{_MONTH}) (?:(?P<day>[0-9]{{1,2}}), )?(?P<year>[0-9]{{4}})", re.IGNORECASE),
    re.compile(rf"(?P<day>[0-9]{{1,2}}) (?P<month>{_MONTH}) (?P<year>[0-9]{{4}})", re.IGNORECASE),
)

PRINTED_DATE = (
    rf"(?:[0-9]{{4}}(?:-[0-9]{{2}}){{0,2}}|(?:{_MONTH}) (?:[0-9]{{1,2}}, )?[0-9]{{4}}"
    rf"|[0-9]{{1,2}} (?:{_MONTH}) [0-9]{{4}})"
)
"""Pattern of every form that `parse_date` reads, for use inside a larger pattern, ignoring case."""


def parse_date(printed: str, line: Line) -> str:
    """Return a printed date as ISO 8601: `March 4, 2026` is `2026-03-04`, `March 2026` is `2026-03`.

    Args:
        printed: Text that matches `PRINTED_DATE`.
        line: Where it stands.

    Raises:
        InvalidInput: No such day exists.
    """
    match = next(filter(None, (form.fullmatch(printed) for form in _FORMS)))
    try:
        return _to_iso(match.groupdict())
    except ValueError as error:
        raise line.refusal(f"{printed} is no date.") from error


def _to_iso(parts: dict[str, str | None]) -> str:
    name, number, day = parts.get("month"), parts.get("number"), parts["day"]
    month = _MONTHS.index(name.capitalize()) + 1 if name else int(number or 1)
    full = date(int(parts["year"] or 0), month, int(day or 1)).isoformat()
    if day:
        return full
    return full[: len("YYYY-MM")] if name or number else full[: len("YYYY")]


def is_partial_date(text: str) -> bool:
    """Return whether a text is an ISO 8601 date of full or reduced precision that exists."""
    if _FORMS[0].fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[: len("YYYY-MM-DD")])
    except ValueError:
        return False
    return True


def print_date(iso: str) -> str:
    """Return an ISO 8601 date as readers expect it: `2026-03-04` is `March 4, 2026`."""
    year, *rest = iso.split("-")
    if not rest:
        return year
    month = _MONTHS[int(rest[0]) - 1]
    return f"{month} {int(rest[1])}, {year}" if len(rest) > 1 else f"{month} {year}"
