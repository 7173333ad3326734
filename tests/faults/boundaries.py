"""Counts the moments between which a process can die, and dies at one of them.

The list of moments is never written by hand: a new statement, commit, call or rename is covered on the day
it is written (security.md section 5).
"""

from __future__ import annotations

import functools
import os
import signal
import smtplib
from typing import TYPE_CHECKING, Any

import psycopg
import stripe

if TYPE_CHECKING:
    from collections.abc import Callable


class Boundaries:
    """The moments of one run, in order.

    Args:
        kill_at: Number of the moment, from 1, at which the process ends as if its power were cut, or None.
    """

    def __init__(self, kill_at: int | None) -> None:
        self._kill_at = kill_at
        self.passed: list[str] = []

    def reach(self, moment: str) -> None:
        """Note a moment, or die at it."""
        self.passed.append(moment)
        if len(self.passed) == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Hook into everything that leaves this process, which is the run's own: nothing is unhooked."""
        self._around(psycopg.Cursor, "execute", after=False)
        self._around(psycopg.Cursor, "executemany", after=False)
        self._around(psycopg.Connection, "commit")
        self._around_async(psycopg.AsyncCursor, "execute")
        self._around(stripe.RequestsClient, "request")
        self._around(smtplib.SMTP, "send_message")
        self._around(os, "rename")
        self._around(os, "replace")

    def _around(self, owner: object, name: str, *, after: bool = True) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(original)
        def hooked(*arguments: Any, **named: Any) -> Any:
            self.reach(f"before {name}")
            answer = original(*arguments, **named)
            if after:
                self.reach(f"after {name}")
            return answer

        setattr(owner, name, hooked)

    def _around_async(self, owner: object, name: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(original)
        async def hooked(*arguments: Any, **named: Any) -> Any:
            self.reach(f"before queue {name}")
            answer = await original(*arguments, **named)
            self.reach(f"after queue {name}")
            return answer

        setattr(owner, name, hooked)
