"""Screens labelled cases, so that what is measured is the screening in force and nothing beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.independence.screening_files import screen_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from factually.foundation.canonical import JsonValue
    from factually.foundation.database import Database
    from factually.independence.measuring import LabelledCase

_AT_ONCE: Final = 2_000
"""Names a transaction: it idles while they are compared, and the database ends one that idles too long."""


def screened_cases(
    database: Database, cases: Sequence[LabelledCase], *, now: datetime
) -> Iterator[tuple[LabelledCase, Mapping[str, JsonValue]]]:
    """Yield each case with its answer, in order; nothing is stored.

    Raises:
        NotFound: No policy is in force.
    """
    for start in range(0, len(cases), _AT_ONCE):
        some = cases[start : start + _AT_ONCE]
        with database.transaction() as session:
            answers = list(screen_rows(session, (case.as_row() for case in some), now=now))
        yield from zip(some, answers, strict=True)
