"""The crash matrix: each moment at which a day can be cut short (security.md section 5).

A day can be cut in each of its chapters: days with one cut and with several are the same to all here. A day
with several that ends badly is played again with each of them alone, to say which one it was.
"""

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
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from factually.foundation.embedded_postgres import EmbeddedCluster
    from tests.faults.world import Lives, Moments, World

__all__ = ["KILLED", "Cut", "cut_database", "cut_power", "days_of", "find_bug", "one_by_one", "quiet_day"]
_PLACES: Final = 4
"""Marked moments, spread over the day, around which a planted bug is looked for."""
_NEAR: Final = (0, -1, 1, 2)
"""Effects around a marked moment, by their distance: the bug follows on one of them, or brings it."""


@dataclass(frozen=True)
class Cut:
    """A cut of a day: at which moment, how its process ended (0: it was not met), what was wrong after it."""

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
        lives = made.live(Fault(bug=bug))
        if lives.wrongs:
            raise AssertionError(f"a day without a cut ends badly: {lives.wrongs}")
        return made.moments()


def cut_power(
    cluster: EmbeddedCluster, moments: Moments, *chosen: int, seed: int, bug: str | None = None
) -> list[Cut]:
    """Kill the process at chosen moments of its day, one in a chapter; start it again each time, and look."""
    fault = Fault(cuts=moments.cuts(chosen), only_effects=moments.are_effects(chosen), bug=bug)
    with fresh_database(cluster) as database, world(database, seed=seed) as made:
        return _cuts(moments, chosen, made.live(fault))


def cut_database(prepared: Path, moments: Moments, *chosen: int, seed: int) -> list[Cut]:
    """Kill the database's server at chosen moments, one in a chapter; start both again each time, and look.

    The process under test goes on until it misses its database.
    """
    with copied_data(prepared) as data, ExitStack() as server:
        fault = Fault(cuts=moments.cuts(chosen), only_effects=moments.are_effects(chosen), server=data)

        def revive(made: World) -> World:
            server.close()
            return made.moved_to(server.enter_context(server_on(data)))

        with world(server.enter_context(server_on(data)), seed=seed) as made:
            return _cuts(moments, chosen, made.live(fault, revive=revive))


def one_by_one(cut: Callable[..., list[Cut]], chosen: Sequence[int]) -> list[Cut]:
    """Cut one day at all chosen moments; what that leaves open is cut alone.

    A cut is left open where its chapter had fewer effects than on a quiet day, since an earlier death had
    brought some forward, and where the day ended badly: then a day for each cut says which it was.
    """
    together = cut(*chosen)
    if len(chosen) == 1:
        return together
    bad = any(one.wrongs for one in together)
    alone = [cut(one.moment)[0] if bad or not one.ended else one for one in together]
    return together if bad and not any(one.wrongs for one in alone) else alone


def days_of(moments: Moments, *, every: int, all_moments: bool) -> list[list[int]]:
    """Return the moments to cut at, as few days as there can be: each day is cut once in each chapter.

    Args:
        moments: All of a day.
        every: Take each n-th of a chapter only.
        all_moments: Not only those after an effect.
    """
    chapters: dict[str, list[int]] = {chapter: [] for chapter in moments.chapters}
    for moment in range(1, len(moments.names) + 1) if all_moments else moments.effects:
        chapters[moments.chapter_of(moment)].append(moment)
    spread = (chapter[::every] for chapter in chapters.values())
    return [[moment for moment in day if moment is not None] for day in zip_longest(*spread)]


def find_bug(cluster: EmbeddedCluster, moments: Moments, *, seed: int, bug: str) -> Cut | None:
    """Cut the power where a planted bug is at work until it shows, or return None.

    Args:
        cluster: Where databases are made.
        moments: Those of a quiet day with the bug: it has to show on none, or it needs no such net.
        seed: That of the quiet day.
        bug: The bug.
    """
    for moment in _neighbourhood(moments):
        (cut,) = cut_power(cluster, moments, moment, seed=seed, bug=bug)
        if cut.wrongs:
            return cut
    return None


def _cuts(moments: Moments, chosen: Sequence[int], lives: Lives) -> list[Cut]:
    """Say of each cut how it went; what is wrong after the day is told with its last one."""
    return [
        Cut(
            moment,
            moments.names[moment - 1],
            lives.deaths.get(moments.chapter_of(moment), 0),
            lives.wrongs if moment == chosen[-1] else [],
        )
        for moment in chosen
    ]


def _neighbourhood(moments: Moments) -> Iterator[int]:
    """Yield the effects around each mark, the nearest of all marks first."""
    rounds = zip_longest(*(_around(moments.effects, mark) for mark in _spread(moments.marked)))
    return iter(dict.fromkeys(moment for moment in chain.from_iterable(rounds) if moment is not None))


def _around(effects: Sequence[int], mark: int) -> Iterable[int]:
    first = bisect_left(effects, mark)
    return [effects[first + near] for near in _NEAR if 0 <= first + near < len(effects)]


def _spread(marked: Sequence[int]) -> Sequence[int]:
    return marked[:: max(1, len(marked) // _PLACES)][:_PLACES]
