"""Screens labelled cases, so that what is measured is the screening in force and nothing beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.independence.screening_files import trial_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from factually.foundation.canonical import JsonValue
    from factually.foundation.database import Database
    from factually.independence.measuring import LabelledCase


def screened_cases(
    database: Database, cases: Sequence[LabelledCase], *, now: datetime
) -> Iterator[tuple[LabelledCase, Mapping[str, JsonValue]]]:
    """Yield each case with its answer, in order; nothing is stored.

    Raises:
        NotFound: No policy is in force.
    """
    with database.transaction() as session:
        trial = trial_in_force(session, now=now)
    yield from zip(cases, trial.answers(case.as_row() for case in cases), strict=True)
