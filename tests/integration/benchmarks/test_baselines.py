from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.baselines import RapidfuzzScan, TrigramIndex

if TYPE_CHECKING:
    from factually.foundation.embedded_postgres import EmbeddedCluster

NAMES = ["FRIENDS OF MARY MADEUP", "MADE-UP PAC", "NONESUCH COUNTY REPUBLICAN PARTY"]


def test_both_baselines_find_a_misspelt_name(cluster: EmbeddedCluster) -> None:
    scan = RapidfuzzScan(NAMES)
    with TrigramIndex(cluster, NAMES, table="names_of_a_test") as trigrams:
        for engine in (scan, trigrams):
            before = engine.cpu_seconds()
            assert "friends of mary madeup" in str(engine.search("Freinds of Mary Madeup"))
            assert "friends" not in str(engine.search("Quite another bakery"))
            assert engine.cpu_seconds() >= before
