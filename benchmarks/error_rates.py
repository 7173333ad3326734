"""Error rates of the site's own screening, on a fresh database with the registers and policy that ship."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from benchmarks.fresh_cases import fresh_cases
from benchmarks.labelled import CASES, ORDINARY, data_rows, real_committees
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
from factually.independence.screening_cases import screened_cases
from tests.support.databases import fresh_database, make_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from random import Random

    from factually.foundation.database import Database
    from factually.foundation.embedded_postgres import EmbeddedCluster
    from factually.independence.measuring import LabelledCase, Verdict


_FRESH: Final = 600
"""Names altered of each kind."""


@dataclass(frozen=True)
class MeasuredRates:
    """Error rates on labelled cases and ordinary names, and on names that were altered for this run."""

    labelled: ErrorRates
    fresh: ErrorRates


def measured_error_rates(cluster: EmbeddedCluster, derived: Path, random: Random) -> MeasuredRates:
    """Screen all cases and all ordinary names with an index in a folder, storing no decision."""
    make_template(cluster)
    with fresh_database(cluster) as made, opened_database(made.app_url, derived=derived) as database:
        with database.transaction() as session:
            publish_policy(session, packaged_policy(), now=NOW)
            for register in packaged_registers():
                load_register(session, register, now=NOW)
        rates = error_rates(_judged(database, read_cases(data_rows(CASES))))
        ordinary = {
            file: held_share(
                verdict
                for _, verdict in _judged(database, read_ordinary_names(data_rows(file)))
                if verdict is not None
            )
            for file in ORDINARY
        }
        altered = list(fresh_cases(real_committees(), random, each=_FRESH))
        fresh = error_rates(_judged(database, altered))
    return MeasuredRates(labelled=replace(rates, ordinary=ordinary), fresh=fresh)


def _judged(
    database: Database, cases: Sequence[LabelledCase]
) -> Iterator[tuple[LabelledCase, Verdict | None]]:
    for case, answer in screened_cases(database, cases, now=NOW):
        yield case, read_verdict(answer)
