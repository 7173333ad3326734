"""Cuts a walk through Stripe's movements into spans of time that can be compared with the books one by one.

Pure. Bounded memory, however long the walk is: a span holds one page and the rest of its last second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factually.donations.books.movements import BalanceMovement

PAGE: Final = 100
_SECOND: Final = timedelta(seconds=1)
BEGINNING: Final = datetime(2010, 1, 1, tzinfo=UTC)
"""Before Stripe's first payment."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """All movements from `since` to before `until`."""

    since: datetime
    until: datetime
    movements: tuple[BalanceMovement, ...]


def spans(movements: Iterable[BalanceMovement], *, since: datetime, until: datetime) -> Iterator[Span]:
    """Cut movements, the newest first, into spans that lie against each other and never cut a second.

    Args:
        movements: Stripe's list, from now back to `since`.
        since: Where the walk ends.
        until: Up to when everything is known to be listed; a newer movement lifts it.
    """
    kept: list[BalanceMovement] = []
    for movement in movements:
        if not kept:
            until = max(until, movement.created + _SECOND)
        elif len(kept) >= PAGE and movement.created < kept[-1].created:
            yield Span(since=kept[-1].created, until=until, movements=tuple(kept))
            until = kept[-1].created
            kept = []
        kept.append(movement)
    yield Span(since=since, until=until, movements=tuple(kept))
