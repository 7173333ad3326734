from __future__ import annotations

from benchmarks.speed import block_costs, latencies, median_ratio


class Counted:
    """An engine whose every search costs a second, told on a clock of its own."""

    def __init__(self, seconds: float) -> None:
        self.names: list[str] = []
        self._seconds = seconds

    def search(self, name: str) -> object:
        self.names.append(name)
        return None

    def cpu_seconds(self) -> float:
        return len(self.names) * self._seconds


def test_engines_take_turns_over_the_same_blocks() -> None:
    fast, slow = Counted(0.001), Counted(0.05)
    costs = block_costs({"fast": fast, "slow": slow}, [["a", "b"], ["c"]])
    assert fast.names == slow.names == ["a", "b", "c"]
    assert [round(cost) for cost in costs["slow"]] == [50, 50]
    assert round(median_ratio(costs["slow"], costs["fast"])) == 50


def test_every_name_is_timed_alone_at_every_size() -> None:
    small, large = Counted(0), Counted(0)
    timed = latencies({1: small, 2: large}, ["a", "b", "c"])
    assert small.names == large.names == ["a", "b", "c"]
    assert all(0 <= latency.p50 <= latency.p99 for latency in timed.values())
