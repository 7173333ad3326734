"""What the measurement of the screening comes to, before it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from benchmarks.error_rates import MeasuredRates
    from benchmarks.memory import MemoryGrowth
    from benchmarks.name_pairs import F1
    from benchmarks.speed import Latency

OURS: Final = "screening, whole decision"
SCAN: Final = "rapidfuzz.process.extract"
TRIGRAMS: Final = "pg_trgm, GIN"


@dataclass(frozen=True, kw_only=True)
class Build:
    """Seconds that building an index took."""

    cpu: float
    wall: float


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All that was measured; costs are CPU milliseconds a name, one a block."""

    builds: dict[int, Build]
    latencies: dict[int, Latency]
    costs: dict[int, dict[str, list[float]]]
    memory: MemoryGrowth
    rates: MeasuredRates
    pairs: dict[str, F1]
