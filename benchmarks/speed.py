"""Compares the screening with its baselines on the same names in the same minutes, by CPU time."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.baselines import Searched


@dataclass(frozen=True)
class Latency:
    """CPU milliseconds of one search at the median and at the 99th percentile."""

    p50: float
    p99: float


def latencies(searched: Mapping[int, Searched], names: Sequence[str]) -> dict[int, Latency]:
    """Time each name alone, all sizes in turn, so that a machine whose speed drifts drifts for all."""
    spent: dict[int, list[int]] = {size: [] for size in searched}
    for name in names:
        for size, engine in searched.items():
            before = time.process_time_ns()
            engine.search(name)
            spent[size].append(time.process_time_ns() - before)
    return {size: _latency(nanoseconds) for size, nanoseconds in spent.items()}


def block_costs(engines: Mapping[str, Searched], blocks: Sequence[Sequence[str]]) -> dict[str, list[float]]:
    """Return CPU milliseconds a name for each engine, one figure a block; the engines take turns."""
    costs: dict[str, list[float]] = {name: [] for name in engines}
    for block in blocks:
        for title, engine in engines.items():
            before = engine.cpu_seconds()
            for name in block:
                engine.search(name)
            costs[title].append((engine.cpu_seconds() - before) * 1000 / len(block))
    return costs


def median_ratio(costs: Sequence[float], base: Sequence[float]) -> float:
    """Return the median of the block ratios: how many times dearer than the base."""
    return statistics.median(cost / of_base for cost, of_base in zip(costs, base, strict=True))


def _latency(nanoseconds: Sequence[int]) -> Latency:
    cuts = statistics.quantiles(nanoseconds, n=100, method="inclusive")
    return Latency(p50=statistics.median(nanoseconds) / 1e6, p99=cuts[98] / 1e6)
