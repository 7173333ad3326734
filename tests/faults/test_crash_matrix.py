"""Power is cut at a moment of a day; after a restart nothing is lost, doubled or stuck (DESIGN 2, promise 2).

`make faults` cuts it at every moment; here it is cut at some, spread over the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.faults.matrix import KILLED, cut_power, quiet_day

if TYPE_CHECKING:
    from factually.foundation.embedded_postgres import EmbeddedCluster

SEED: Final = 20261124
PLACES: Final = 8


@pytest.fixture(scope="module")
def moments(cluster: EmbeddedCluster) -> list[str]:
    """The moments of a day on which nothing went wrong."""
    return quiet_day(cluster, seed=SEED)


@pytest.mark.parametrize("place", range(PLACES))
def test_a_death_at_any_moment_loses_and_doubles_nothing(
    cluster: EmbeddedCluster, moments: list[str], place: int
) -> None:
    moment = 1 + (2 * place + 1) * len(moments) // (2 * PLACES)
    cut = cut_power(cluster, moments, moment, seed=SEED)
    assert cut.ended == KILLED
    assert cut.wrongs == []
