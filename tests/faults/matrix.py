"""The crash matrix: one day for each moment at which it can be cut short (security.md section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.faults.story import Fault
from tests.faults.world import KILLED, world

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factually.foundation.embedded_postgres import EmbeddedCluster

__all__ = ["KILLED", "Cut", "cut_power", "find_bug", "quiet_day"]
_TRIES: Final = 240
"""Cuts that a planted bug may take until it is found."""
_TELLING: Final = (
    "after commit",
    "after request",
    "after send_message",
    "before commit",
    "after queue execute",
)
"""Moments between two things that should be one; most bugs show there."""


@dataclass(frozen=True)
class Cut:
    """A day that was cut short: at which moment, how its process ended, and what was wrong afterwards."""

    moment: int
    name: str
    ended: int
    wrongs: Sequence[str]


def quiet_day(cluster: EmbeddedCluster, *, seed: int, bug: str | None = None) -> list[str]:
    """Play a day without a cut and return its moments.

    Raises:
        AssertionError: Something is wrong though nothing was cut.
    """
    with world(cluster, seed=seed) as made:
        ended = made.play(Fault(bug=bug))
        wrongs = made.wrongs() if ended == 0 else [f"ended with {ended}"]
        if wrongs:
            raise AssertionError(f"a day without a cut ends badly: {wrongs}")
        return made.moments()


def cut_power(
    cluster: EmbeddedCluster, moments: Sequence[str], moment: int, *, seed: int, bug: str | None = None
) -> Cut:
    """Kill the process at one moment of its day, start it again, and look."""
    with world(cluster, seed=seed) as made:
        ended = made.play(Fault(kill_at=moment, bug=bug))
        return Cut(moment, moments[moment - 1], ended, made.restart(bug=bug))


def find_bug(cluster: EmbeddedCluster, moments: Sequence[str], bug: str, *, seed: int) -> Cut | None:
    """Cut the power here and there until a planted bug shows, or return None.

    Raises:
        AssertionError: The bug shows without any cut: it needs no such net.
    """
    del moments
    own = quiet_day(cluster, seed=seed, bug=bug)
    for moment in _spread(own):
        cut = cut_power(cluster, own, moment, seed=seed, bug=bug)
        if cut.wrongs:
            return cut
    return None


def _spread(moments: Sequence[str]) -> Iterator[int]:
    """Yield telling moments, far apart first, so that each part of the day is tried early."""
    telling = [number for number, name in enumerate(moments, start=1) if name in _TELLING]
    step = len(telling)
    seen: set[int] = set()
    while step and len(seen) < min(_TRIES, len(telling)):
        step = max(1, step // 2)
        for place in range(step - 1, len(telling), step):
            if place not in seen and len(seen) < _TRIES:
                seen.add(place)
                yield telling[place]
