"""Writes the figures of the screening down: goals first, then what they rest on."""

from __future__ import annotations

import os
import platform
import statistics
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.goals import Goal, goals_table
from benchmarks.screening_figures import OURS, SCAN, TRIGRAMS
from benchmarks.speed import median_ratio
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.screening_figures import Figures
    from factually.independence.measuring import ErrorRates, Share

REPORT: Final = Path(ROOT, "docs", "benchmarks", "screening.md")


def report(figures: Figures) -> str:
    """Return the report as Markdown."""
    lines = [
        *_head(max(figures.builds)),
        "## Goals",
        "",
        *goals_table([*_goals_of_speed(figures), *_goals_of_errors(figures.rates.labelled)]),
        "",
        "## Cost by size of the register",
        "",
        *_costs(figures),
        "",
        *_memory(figures),
        "",
        *_errors(figures),
        "",
        *_fresh(figures.rates.fresh),
        "",
        *_pairs(figures),
    ]
    return "\n".join(lines) + "\n"


def _head(largest: int) -> Iterator[str]:
    yield "# Screening a name"
    yield ""
    yield f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}."
    yield "One thread, CPU time. Made by `make bench`; read the ratios, not the milliseconds."
    yield f"The register is the FEC's, grown by `benchmarks/grown_register.py` to {largest:,} names."
    yield "Half of the names searched are altered names of committees, half are charities and companies."
    yield "A decision is matching and all rules of the policy that ships, without storing it."
    yield ""


def _memory(figures: Figures) -> Iterator[str]:
    memory = figures.memory
    yield f"A fresh process that opens the index of {max(figures.builds):,} names and searches it grows by"
    yield f"{memory.private:.1f} MB of its own; it maps {memory.mapped:.1f} MB of files that processes share."


def _goals_of_speed(figures: Figures) -> Iterator[Goal]:
    smallest, largest = min(figures.builds), max(figures.builds)
    costs, latency = figures.costs[largest], figures.latencies[largest]
    growth = latency.p50 / figures.latencies[smallest].p50
    at = f"at {largest:,} names"
    yield Goal(what=f"decision {at}, p50", limit=2, measured=latency.p50, at_most=True, unit=" ms")
    yield Goal(what=f"decision {at}, p99", limit=10, measured=latency.p99, at_most=True, unit=" ms")
    for title, limit in ((SCAN, 80), (TRIGRAMS, 30)):
        ratio = median_ratio(costs[title], costs[OURS])
        yield Goal(what=f"faster than {title} {at}", limit=limit, measured=ratio, unit=" times")
    yield Goal(
        what=f"growth of p50 from {smallest:,} names", limit=8, measured=growth, at_most=True, unit=" times"
    )
    built = figures.builds[largest].wall
    yield Goal(what=f"index build {at}, on the clock", limit=60, measured=built, at_most=True, unit=" s")
    yield Goal(
        what="private memory of a web process",
        limit=50,
        measured=figures.memory.private,
        at_most=True,
        unit=" MB",
    )


def _goals_of_errors(rates: ErrorRates) -> Iterator[Goal]:
    yield Goal(what="labelled organisations: recall at hold", limit=0.985, measured=_value(rates.recall))
    yield Goal(what="labelled organisations: precision at hold", limit=0.98, measured=_value(rates.precision))
    yield Goal(what="the right committee first", limit=0.95, measured=_value(rates.right_first))
    yield Goal(what="persons held", limit=0.01, measured=_value(rates.persons_held), at_most=True)
    yield Goal(what="persons refused", limit=0, measured=_value(rates.persons_refused), at_most=True)
    yield Goal(what="sponsors held", limit=0.04, measured=_value(rates.sponsors_held), at_most=True)
    for file, share in rates.ordinary.items():
        name = file.partition(".")[0]
        yield Goal(what=f"held of `{name}`", limit=0.003, measured=_value(share), at_most=True)


def _costs(figures: Figures) -> Iterator[str]:
    yield (
        "| names | index build, CPU s (wall) | decision p50, p99 | "
        + " | ".join(f"{title}: ms, times" for title in (SCAN, TRIGRAMS))
        + " |"
    )
    yield "| ---: | ---: | ---: | ---: | ---: |"
    for size, latency in figures.latencies.items():
        costs, build = figures.costs[size], figures.builds[size]
        baselines = " | ".join(
            f"{statistics.median(costs[title]):.1f}, {median_ratio(costs[title], costs[OURS]):.0f}"
            for title in (SCAN, TRIGRAMS)
        )
        yield (
            f"| {size:,} | {build.cpu:.1f} ({build.wall:.1f}) "
            f"| {latency.p50:.2f}, {latency.p99:.2f} ms | {baselines} |"
        )
    yield ""
    yield "The engines take turns in blocks of names; times: the median of the blocks' ratios to ours."


def _errors(figures: Figures) -> Iterator[str]:
    yield "## Errors of the site's own screening"
    yield ""
    yield "The registers and the policy that ship with the package; held means any outcome but allow."
    yield "`factually screening-error-rate` prints the same for the registers and the policy in force."
    yield ""
    yield "```text"
    yield from figures.rates.labelled.table().splitlines()
    yield "```"


def _fresh(rates: ErrorRates) -> Iterator[str]:
    yield "## Names altered for this run"
    yield ""
    yield "The labelled cases were there while the engine was made; these were not. Names are drawn and"
    yield "altered by `benchmarks/fresh_cases.py`, short words too, and kept where another name comes nearer."
    yield "A name without its `committee` is that of the body behind it: it is told, and not held."
    yield ""
    yield "| change | held | only told to auditors |"
    yield "| --- | --- | --- |"
    for title, group in rates.groups.items():
        yield f"| {title} | {group.held} | {group.told} |"
    yield f"| all, and the right committee first | {rates.right_first} | |"


def _pairs(figures: Figures) -> Iterator[str]:
    yield "## Names that are not political"
    yield ""
    yield "OpenSanctions' name benchmark, organisations. Best threshold: the one that suits these very pairs;"
    yield "at 0.01 a method does best to call nearly all of them the same."
    yield ""
    yield "| method | F1 | precision | recall | threshold |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for title, f1 in figures.pairs.items():
        yield f"| {title} | {f1.value:.3f} | {f1.precision:.3f} | {f1.recall:.3f} | {f1.threshold:.2f} |"


def _value(share: Share) -> float:
    """Return the share of something that was counted.

    Raises:
        ValueError: Nothing was counted, so that the goal says nothing.
    """
    if share.value is None:
        raise ValueError("nothing was counted")
    return share.value
