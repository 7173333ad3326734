"""The grammar of the list's address: state and cursor, checked before anything is asked (pure)."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from factually.donations.lifecycle import GiftState
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_CURSOR: Final = re.compile(r"([0-9]{1,16})-([0-9a-f]{32})", re.ASCII)
_PARAMETERS: Final = frozenset({"state", "after"})


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last gift of the page before; the next page begins after it."""

    created_at: datetime
    id: uuid.UUID

    def __str__(self) -> str:
        return f"{(self.created_at - _EPOCH) // _MICROSECOND}-{self.id.hex}"


@dataclass(frozen=True, slots=True)
class GiftFilter:
    """Which gifts to list, and from where."""

    state: GiftState | None = None
    after: Cursor | None = None


def read_filter(parameters: Mapping[str, Sequence[str]]) -> GiftFilter:
    """Read the list's parameters; an empty one counts as absent.

    Args:
        parameters: All values of each parameter of the address.

    Raises:
        InvalidInput: Names the parameter that is unknown, given twice, or outside its grammar.
    """
    for name, values in parameters.items():
        if name not in _PARAMETERS:
            raise InvalidInput(f"The list has no filter called “{name[:40]}”.", field=name[:40])
        if len(values) > 1:
            raise InvalidInput(f"Give the filter “{name}” once.", field=name)
    given = {name: values[0] for name, values in parameters.items() if values and values[0]}
    return GiftFilter(state=_state(given.get("state")), after=_cursor(given.get("after")))


def _state(text: str | None) -> GiftState | None:
    if text is None:
        return None
    try:
        return GiftState(text)
    except ValueError as error:
        raise InvalidInput("The filter “state” names no state of a gift.", field="state") from error


def _cursor(text: str | None) -> Cursor | None:
    if text is None:
        return None
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise InvalidInput("The cursor “after” names no place in the list.", field="after")
    return Cursor(_EPOCH + int(match[1]) * _MICROSECOND, uuid.UUID(match[2]))
