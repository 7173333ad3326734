"""Power is cut at moments of a day; after a restart nothing is lost, doubled or stuck (DESIGN 2, promise 2).

`make faults` cuts it after every effect and looks for every planted bug; here it is some of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.faults.database_power import prepared_data
from tests.faults.matrix import KILLED, cut_database, cut_power, find_bug, quiet_day

if TYPE_CHECKING:
    from factually.foundation.embedded_postgres import EmbeddedCluster
    from tests.faults.world import Moments

SEED: Final = 20261124
BUG: Final = "a letter is ticked off before it is sent"
PLACES: Final = 4


@pytest.fixture(scope="module")
def moments(cluster: EmbeddedCluster) -> Moments:
    """The moments of a day on which nothing is cut, and no bug shows."""
    return quiet_day(cluster, seed=SEED, bug=BUG)


def test_deaths_at_any_moment_lose_and_double_nothing(cluster: EmbeddedCluster, moments: Moments) -> None:
    spread = [(2 * place + 1) * len(moments.names) // (2 * PLACES) for place in range(PLACES)]
    cuts = cut_power(cluster, moments, *spread, seed=SEED)
    # A death may bring forward what comes later, so that a later chapter is shorter: the first one is sure.
    assert cuts[0].ended == KILLED
    assert cuts[-1].wrongs == []


def test_the_death_of_the_database_loses_and_doubles_nothing(moments: Moments) -> None:
    halfway = moments.effects[len(moments.effects) // 2]
    with prepared_data() as prepared:
        (cut,) = cut_database(prepared, moments, halfway, seed=SEED)
    assert cut.ended not in {0, KILLED}
    assert cut.wrongs == []


def test_a_planted_bug_is_found(cluster: EmbeddedCluster, moments: Moments) -> None:
    cut = find_bug(cluster, moments, seed=SEED, bug=BUG)
    assert cut is not None
    assert "letters arrived" in " ".join(cut.wrongs)
