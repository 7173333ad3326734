"""Counts the moments between which a process or its database can die, and lets it happen at one of them.

The list of moments is never written by hand: a new statement, commit, call or rename is covered on the day
it is written (security.md section 5).
"""

from __future__ import annotations

import functools
import os
import re
import smtplib
import weakref
from typing import TYPE_CHECKING, Any, Final

import psycopg
import stripe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_READS: Final = re.compile(r"\s*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|SET|SHOW)\b")
_KEEPS_ALIVE: Final = re.compile(r"\s*;?\s*|.*\bLISTEN\b.*", re.DOTALL)
"""What pools and listeners send whenever they like: no moment of the day."""
_CALLS_QUEUE: Final = re.compile(r"\bprocrastinate_\w+\(")


class Boundaries:
    """The moments of one run, in order.

    Args:
        cuts: At which moment of a chapter the fault happens, counted from 1 in each chapter of its own.
        fault: Ends this process, or the database beside it, as if the power were cut.
        only_effects: Whether the numbers of `cuts` count effects, which are the same ones also where a look
            more or less was taken; otherwise all moments.

    Attributes:
        passed: The moments' names.
        chapters: How many moments had been passed when a chapter began.
        effects: Numbers of the moments right after something outlives the process: a commit that wrote, a
            call that asked for more than a look, a job taken or ticked off, a letter, a rename. Whatever
            moment a process dies at between two of them, the database forgets what was not committed: the
            same is left.
        marked: Numbers of the moments before which a seeded bug was at work.
    """

    def __init__(
        self, cuts: Mapping[str, int], fault: Callable[[], None], *, only_effects: bool = False
    ) -> None:
        self._cuts = cuts
        self._fault = fault
        self._only_effects = only_effects
        self._at: int | None = None
        self._counted = 0
        self._writing: weakref.WeakSet[object] = weakref.WeakSet()
        self.passed: list[str] = []
        self.chapters: dict[str, int] = {}
        self.effects: list[int] = []
        self.marked: list[int] = []

    def enter(self, chapter: str) -> None:
        """Begin a chapter: moments are counted anew."""
        self.chapters[chapter] = len(self.passed)
        self._at, self._counted = self._cuts.get(chapter), 0

    def reach(self, moment: str, *, effect: bool = False) -> None:
        """Note a moment, and let the fault happen if it is the one."""
        self.passed.append(moment)
        if effect:
            self.effects.append(len(self.passed))
        if effect or not self._only_effects:
            self._counted += 1
            if self._counted == self._at:
                self._fault()

    def mark(self) -> None:
        """Note that something worth a look happens between the last moment and the next."""
        self.marked.append(len(self.passed) + 1)

    def watch(self) -> None:
        """Hook into everything that leaves this process, which is the run's own: nothing is unhooked."""
        self._before(psycopg.Cursor, "execute")
        self._before(psycopg.Cursor, "executemany")
        self._around(psycopg.Connection, "commit", has_effect=self._wrote)
        self._around_async(psycopg.AsyncCursor, "execute")
        self._around(stripe.RequestsClient, "request", has_effect=lambda _, method, *__: method != "get")
        for owner, name in ((smtplib.SMTP, "send_message"), (os, "rename"), (os, "replace")):
            self._around(owner, name, has_effect=lambda *_: True)

    def _before(self, owner: type[psycopg.Cursor[Any]], name: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(original)
        def hooked(cursor: psycopg.Cursor[Any], query: Any, *arguments: Any, **named: Any) -> Any:
            if _KEEPS_ALIVE.fullmatch(_words(query)):
                return original(cursor, query, *arguments, **named)
            self.reach(f"before {name}")
            answer = original(cursor, query, *arguments, **named)
            if cursor.rowcount and not _only_reads(query):
                self._writing.add(cursor.connection)
            return answer

        setattr(owner, name, hooked)

    def _around(self, owner: object, name: str, *, has_effect: Callable[..., bool]) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(original)
        def hooked(*arguments: Any, **named: Any) -> Any:
            self.reach(f"before {name}")
            answer = original(*arguments, **named)
            self.reach(f"after {name}", effect=has_effect(*arguments))
            return answer

        setattr(owner, name, hooked)

    def _around_async(self, owner: type[psycopg.AsyncCursor[Any]], name: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(original)
        async def hooked(cursor: psycopg.AsyncCursor[Any], query: Any, *arguments: Any, **named: Any) -> Any:
            if _KEEPS_ALIVE.fullmatch(_words(query)):
                return await original(cursor, query, *arguments, **named)
            self.reach(f"before queue {name}")
            answer = await original(cursor, query, *arguments, **named)
            self.reach(f"after queue {name}", effect=bool(cursor.rowcount) and not _only_reads(query))
            return answer

        setattr(owner, name, hooked)

    def _wrote(self, connection: object) -> bool:
        wrote = connection in self._writing
        self._writing.discard(connection)
        return wrote


def _only_reads(query: object) -> bool:
    """Tell a statement that leaves nothing behind; the queue's functions write though they are selected."""
    words = _words(query)
    return _READS.match(words) is not None and _CALLS_QUEUE.search(words) is None


def _words(query: object) -> str:
    return query.decode() if isinstance(query, bytes) else str(query)
