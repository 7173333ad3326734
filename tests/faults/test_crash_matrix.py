"""Power is cut at moments of a story; then nothing is lost, doubled or stuck (DESIGN 2, promise 2).

`make faults` cuts it after every effect, kills the database too, and looks for every planted bug; here it is
cut in a few chapters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.faults.story import CHAPTERS, Fault
from tests.faults.world import KILLED, world
from tests.support.databases import fresh_database

if TYPE_CHECKING:
    from factually.foundation.embedded_postgres import EmbeddedCluster

SEED: Final = 20261124
EFFECT: Final = 5
"""Of each chapter that is cut: right after it."""
EVERY: Final = 5


def test_deaths_in_several_chapters_lose_and_double_nothing(cluster: EmbeddedCluster) -> None:
    chapters = [chapter.name for chapter in CHAPTERS[::EVERY]]
    fault = Fault(cuts=dict.fromkeys(chapters, EFFECT), only_effects=True)
    with fresh_database(cluster) as database, world(database, seed=SEED) as made:
        lives = made.live(fault)
    # A death may bring forward what comes later, so that a later chapter is shorter: the first one is sure.
    assert lives.deaths[chapters[0]] == KILLED
    assert lives.wrongs == []
