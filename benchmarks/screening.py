"""What a screening costs on a register grown to a million names, and how often it is wrong."""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.baselines import RapidfuzzScan, TrigramIndex
from benchmarks.chance import chance_of
from benchmarks.engine import open_screening, pair_scores
from benchmarks.error_rates import measured_error_rates
from benchmarks.grown_register import GrownRegister
from benchmarks.labelled import NAME_PAIRS, data_rows, ordinary_names, real_committees
from benchmarks.memory import memory_growth
from benchmarks.name_pairs import best_f1, f1_at, rapidfuzz_scores, read_pairs
from benchmarks.query_sets import mixed_queries
from benchmarks.screening_figures import OURS, SCAN, TRIGRAMS, Build, Figures
from benchmarks.screening_report import REPORT, report
from benchmarks.speed import block_costs, latencies
from factually.independence.matching import HOLD_FROM
from factually.independence.searching.building import build_index
from tests.support.postgres import throw_away_cluster

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from benchmarks.baselines import Searched
    from benchmarks.name_pairs import F1
    from factually.foundation.embedded_postgres import EmbeddedCluster
    from factually.independence.registers.entries import Entry

SIZES: Final = (20_000, 200_000, 1_000_000)
SEED: Final = 20261124
_TIMED: Final = 2000
_WARMING: Final = 200
_BLOCKS: Final = 9
_BLOCK: Final = 20


def main() -> None:
    """Measure, print and write the report."""
    figures = measure(SIZES)
    text = report(figures)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(text)
    print(text)  # noqa: T201 - the report is what the command is for


def measure(sizes: Sequence[int]) -> Figures:
    """Build an index of each size, then measure speed, memory and errors."""
    entries = list(GrownRegister(real_committees(), seed=SEED).entries(max(sizes)))
    names = _Names([entry.name for entry in entries[: min(sizes)]], chance_of(SEED))
    with tempfile.TemporaryDirectory() as folder, throw_away_cluster() as cluster:
        indexes = {size: Path(folder, str(size)) for size in sizes}
        builds = {size: _build(entries[:size], directory) for size, directory in indexes.items()}
        screenings: dict[int, Searched] = {size: open_screening(path) for size, path in indexes.items()}
        latencies(screenings, names.warming)
        timed = latencies(screenings, names.timed)
        _tell(f"indexes built: {builds}; decisions: {timed}; next, the baselines")
        costs = _costs(screenings, entries, cluster, names.blocks)
        memory = memory_growth(indexes[max(sizes)], names.warming + names.timed[:_WARMING])
        _tell(f"costs: {costs}; {memory}; next, the errors")
        return Figures(
            builds=builds,
            latencies=timed,
            costs=costs,
            memory=memory,
            rates=measured_error_rates(cluster, Path(folder, "derived"), chance_of(SEED)),
            pairs=_pairs(Path(folder, "pairs")),
        )


def _tell(news: str) -> None:
    """Show whoever waits how far it is."""
    print(news, file=sys.stderr, flush=True)  # noqa: T201 - minutes go by until the report


class _Names:
    """Names to search, all different: altered ones of committees that every size holds, and others."""

    def __init__(self, committees: Sequence[str], random: Random) -> None:
        names = mixed_queries(committees, ordinary_names(), _WARMING + _TIMED + _BLOCKS * _BLOCK, random)
        self.warming = names[:_WARMING]
        self.timed = names[_WARMING : _WARMING + _TIMED]
        rest = names[_WARMING + _TIMED :]
        self.blocks = [rest[start : start + _BLOCK] for start in range(0, len(rest), _BLOCK)]


def _build(entries: Sequence[Entry], directory: Path) -> Build:
    # An import streams its rows; the list that all sizes share here would be walked again and again.
    gc.collect()
    gc.freeze()
    cpu, wall = time.process_time(), time.monotonic()
    build_index(entries, directory)
    return Build(cpu=time.process_time() - cpu, wall=time.monotonic() - wall)


def _costs(
    screenings: dict[int, Searched],
    entries: Sequence[Entry],
    cluster: EmbeddedCluster,
    blocks: Sequence[Sequence[str]],
) -> dict[int, dict[str, list[float]]]:
    costs = {}
    for size, screening in screenings.items():
        names = [entry.name for entry in entries[:size]]
        with TrigramIndex(cluster, names, table=f"names_{size}") as trigrams:
            engines: dict[str, Searched] = {
                OURS: screening,
                SCAN: RapidfuzzScan(names),
                TRIGRAMS: trigrams,
            }
            costs[size] = block_costs(engines, blocks)
    return costs


def _pairs(directory: Path) -> dict[str, F1]:
    pairs = read_pairs(data_rows(NAME_PAIRS))
    ours = pair_scores(pairs, directory)
    return {
        f"screening, from {HOLD_FROM}": f1_at(ours, pairs, HOLD_FROM),
        "screening, best threshold": best_f1(ours, pairs),
        **{title: best_f1(scores, pairs) for title, scores in rapidfuzz_scores(pairs).items()},
    }
