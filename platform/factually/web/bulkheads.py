"""Bulkheads: how many threads of a process may wait for one remote party at once, and for how long.

A process has few threads. Were all of them to wait for a payment provider that hangs, nobody could read; so
whoever finds all places taken is sent away at once (Nygard, "Release It!", bulkheads).
"""

from __future__ import annotations

import math
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from factually.foundation.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAVES: ContextVar[float] = ContextVar("when this place is left, by the monotonic clock", default=math.inf)


class Bulkhead:
    """So many places in this process for waiting; no queue, since a queue would hold threads too."""

    def __init__(self, places: int, *, seconds: float, message: str, retry_after: int) -> None:
        """Set the size, and what is said when it is full.

        Args:
            places: Threads that may wait at once.
            seconds: How long one may wait in all; who calls the remote party asks `seconds_left`.
            message: One sentence for the person who is sent away.
            retry_after: Seconds after which trying again makes sense.
        """
        self._free = threading.BoundedSemaphore(places)
        self._seconds = seconds
        self._message = message
        self._retry_after = retry_after

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for a block.

        Raises:
            Unavailable: All are taken.
        """
        if not self._free.acquire(blocking=False):
            raise Unavailable(self._message, retry_after=self._retry_after)
        leaves = _LEAVES.set(time.monotonic() + self._seconds)
        try:
            yield
        finally:
            _LEAVES.reset(leaves)
            self._free.release()


def seconds_left() -> float:
    """Return how long this thread may still wait: without end where it holds no place, as in the worker."""
    return _LEAVES.get() - time.monotonic()
