"""How a package declares its tasks: a list that several worker apps can be built from.

Procrastinate's own Blueprint is renamed by the first app that takes it, so a second app in the same process
(a test, a one-off run) would not find its tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from procrastinate import App, BaseRetryStrategy, JobContext

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Declared:
    function: Callable[Concatenate[JobContext, ...], object]
    name: str
    retry: BaseRetryStrategy | bool
    cron: str | None


class TaskList:
    """The tasks of one package; a declared function stays a plain function."""

    def __init__(self) -> None:
        self._declared: list[_Declared] = []

    def task(
        self,
        *,
        name: str,
        retry: BaseRetryStrategy | bool = False,
        cron: str | None = None,
    ) -> Callable[[Callable[Concatenate[JobContext, P], R]], Callable[Concatenate[JobContext, P], R]]:
        """Declare a task: a function that takes Procrastinate's JobContext first, then its arguments.

        Args:
            name: `package.verb`, as given to `jobs.queue.defer`.
            retry: When to try again after an exception.
            cron: When to run by itself; such a task takes the `timestamp` it was due at.
        """

        def declare(
            function: Callable[Concatenate[JobContext, P], R],
        ) -> Callable[Concatenate[JobContext, P], R]:
            self._declared.append(_Declared(function, name, retry, cron))
            return function

        return declare

    def register(self, app: App) -> None:
        """Make these tasks known to a worker app."""
        for declared in self._declared:
            task = app.task(
                name=declared.name,
                pass_context=True,
                retry=declared.retry,
            )(declared.function)
            if declared.cron is not None:
                app.periodic(cron=declared.cron)(task)
