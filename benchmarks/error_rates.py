"""Error rates of the site's own screening, on a fresh database with the registers and policy that ship."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.labelled import CASES, ORDINARY, data_rows
from benchmarks.whole_decision import NOW
from factually.foundation.database import opened_database
from factually.independence.measuring import (
    ErrorRates,
    error_rates,
    held_share,
    read_cases,
    read_ordinary_names,
    read_verdict,
)
from factually.independence.publishing import packaged_policy, publish_policy
from factually.independence.registers.loading import load_register, packaged_registers
from factually.independence.screening_files import screen_rows
from tests.support.databases import fresh_database, make_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from factually.foundation.embedded_postgres import EmbeddedCluster
    from factually.independence.measuring import LabelledCase, Verdict


def measured_error_rates(cluster: EmbeddedCluster, derived: Path) -> ErrorRates:
    """Screen all labelled cases and all ordinary names with an index in a folder, storing no decision."""
    make_template(cluster)
    with fresh_database(cluster) as made, opened_database(made.app_url, derived=derived) as database:
        with database.transaction() as session:
            publish_policy(session, packaged_policy(), now=NOW)
            for register in packaged_registers():
                load_register(session, register, now=NOW)
        with database.transaction() as session:
            rates = error_rates(_judged(session, read_cases(data_rows(CASES))))
            ordinary = {
                file: held_share(
                    verdict
                    for _, verdict in _judged(session, read_ordinary_names(data_rows(file)))
                    if verdict is not None
                )
                for file in ORDINARY
            }
    return replace(rates, ordinary=ordinary)


def _judged(session: Session, cases: Sequence[LabelledCase]) -> Iterator[tuple[LabelledCase, Verdict | None]]:
    answers = screen_rows(session, (case.as_row() for case in cases), now=NOW)
    for case, answer in zip(cases, answers, strict=True):
        yield case, read_verdict(answer)
