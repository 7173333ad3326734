"""Power is cut at a moment of a day; after a restart nothing is lost, doubled or stuck (DESIGN 2, promise 2).

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
PLACES: Final = 2


@pytest.fixture(scope="module")
def moments(cluster: EmbeddedCluster) -> Moments:
    """The moments of a day on which nothing went wrong."""
    return quiet_day(cluster, seed=SEED)


@pytest.mark.parametrize("place", range(PLACES))
def test_a_death_at_any_moment_loses_and_doubles_nothing(
    cluster: EmbeddedCluster, moments: Moments, place: int
) -> None:
    moment = 1 + (2 * place + 1) * len(moments.names) // (2 * PLACES)
    cut = cut_power(cluster, moments, moment, seed=SEED)
    assert cut.ended == KILLED
    assert cut.wrongs == []


def test_the_death_of_the_database_loses_and_doubles_nothing(moments: Moments) -> None:
    halfway = moments.effects[len(moments.effects) // 2]
    with prepared_data() as prepared:
        cut = cut_database(prepared, moments, halfway, seed=SEED)
    assert cut.ended != KILLED
    assert cut.wrongs == []


def test_a_planted_bug_is_found(cluster: EmbeddedCluster) -> None:
    cut = find_bug(cluster, "a gift is captured here before it is at Stripe", seed=SEED)
    assert cut is not None
    assert "Stripe took 0" in " ".join(cut.wrongs)
