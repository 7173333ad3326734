"""The crash matrix: one day for each moment at which it can be cut short (security.md section 5)."""

from __future__ import annotations

from bisect import bisect_left
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final

from tests.faults.database_power import copied_data, server_on
from tests.faults.story import Fault
from tests.faults.world import KILLED, world
from tests.support.databases import fresh_database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from factually.foundation.embedded_postgres import EmbeddedCluster
    from tests.faults.world import Moments

__all__ = ["KILLED", "Cut", "cut_database", "cut_power", "find_bug", "quiet_day"]
_PLACES: Final = 4
"""Marked moments, spread over the day, around which a planted bug is looked for."""
_NEAR: Final = (0, -1, 1, 2)
"""Effects around a marked moment, by their distance: the bug follows on one of them, or brings it."""


@dataclass(frozen=True)
class Cut:
    """A day that was cut short: at which moment, how its process ended, and what was wrong afterwards."""

    moment: int
    name: str
    ended: int
    wrongs: Sequence[str]


def quiet_day(cluster: EmbeddedCluster, *, seed: int, bug: str | None = None) -> Moments:
    """Play a day without a cut and return its moments.

    Raises:
        AssertionError: Something is wrong though nothing was cut.
    """
    with fresh_database(cluster) as database, world(database, seed=seed) as made:
        ended = made.play(Fault(bug=bug))
        wrongs = made.wrongs() if ended == 0 else [f"ended with {ended}"]
        if wrongs:
            raise AssertionError(f"a day without a cut ends badly: {wrongs}")
        return made.moments()


def cut_power(
    cluster: EmbeddedCluster, moments: Moments, moment: int, *, seed: int, bug: str | None = None
) -> Cut:
    """Kill the process at one moment of its day, start it again, and look."""
    with fresh_database(cluster) as database, world(database, seed=seed) as made:
        ended = made.play(Fault(at=moment, bug=bug))
        return Cut(moment, moments.names[moment - 1], ended, made.restart(bug=bug))


def cut_database(prepared: Path, moments: Moments, moment: int, *, seed: int) -> Cut:
    """Kill the database's server at one moment of the day, start both again, and look.

    The process under test goes on until it misses its database.
    """
    with copied_data(prepared) as data, ExitStack() as first:
        database = first.enter_context(server_on(data))
        with world(database, seed=seed) as made:
            ended = made.play(Fault(at=moment, server=data))
            first.close()
            with server_on(data) as again:
                return Cut(moment, moments.names[moment - 1], ended, made.moved_to(again).restart())


def find_bug(cluster: EmbeddedCluster, bug: str, *, seed: int) -> Cut | None:
    """Cut the power where a planted bug is at work until it shows, or return None.

    Raises:
        AssertionError: The bug shows without any cut: it needs no such net.
    """
    moments = quiet_day(cluster, seed=seed, bug=bug)
    for moment in _neighbourhood(moments):
        cut = cut_power(cluster, moments, moment, seed=seed, bug=bug)
        if cut.wrongs:
            return cut
    return None


def _neighbourhood(moments: Moments) -> Iterator[int]:
    """Yield the effects around each mark, the nearest of all marks first."""
    rounds = zip_longest(*(_around(moments.effects, mark) for mark in _spread(moments.marked)))
    return iter(dict.fromkeys(moment for moment in chain.from_iterable(rounds) if moment is not None))


def _around(effects: Sequence[int], mark: int) -> Iterable[int]:
    first = bisect_left(effects, mark)
    return [effects[first + near] for near in _NEAR if 0 <= first + near < len(effects)]


def _spread(marked: Sequence[int]) -> Sequence[int]:
    return marked[:: max(1, len(marked) // _PLACES)][:_PLACES]
