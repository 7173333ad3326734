"""What a task may use: the same parts as a view, handed over by the worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from procrastinate import JobContext

    from factually.foundation.clock import Clock
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database

T = TypeVar("T")
CONTEXT_KEY: Final = "factually"


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """The parts that a task hands to use cases.

    Attributes:
        database: Where it works.
        clock: What time it is.
        keyring: Opens sealed fields.
        resources: One object of each type that a package's own tasks need, such as its gateway.
    """

    database: Database
    clock: Clock
    keyring: Keyring
    resources: tuple[object, ...] = field(default=())

    def resource(self, kind: type[T]) -> T:
        """Return the resource of a type.

        Raises:
            LookupError: The worker was composed without it.
        """
        for candidate in self.resources:
            if isinstance(candidate, kind):
                return candidate
        raise LookupError(f"the worker has no {kind.__name__}")


def worker_context(context: JobContext) -> WorkerContext:
    """Return the parts of the worker that runs this job."""
    found = context.additional_context[CONTEXT_KEY]
    if not isinstance(found, WorkerContext):
        raise TypeError("the worker was started without its context")
    return found
