"""The state of the screening itself: which registers it read, how fresh they were, and whether it worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.foundation.canonical import JsonValue


@dataclass(frozen=True, kw_only=True)
class RegisterInForce:
    """One register as a screening read it.

    `as_of` is the source's own date; `retrieved_at` is when it was last fetched and found to be this version.
    """

    kind: str
    version_id: int
    as_of: date
    retrieved_at: datetime
    row_count: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rules may know besides the gift; stored with the decision, so that a replay sees the same.

    `failure` names the kind of fault that kept the registers from being read, None where all went well.
    """

    now: datetime
    registers: tuple[RegisterInForce, ...] = ()
    failure: str | None = None

    def register(self, kind: str) -> RegisterInForce | None:
        """Return the register of a kind, None where none was loaded."""
        return next((register for register in self.registers if register.kind == kind), None)

    def as_json(self) -> dict[str, JsonValue]:
        """Return the facts as JSON, for storing."""
        return {
            "now": self.now.isoformat(),
            "registers": [
                {
                    "kind": register.kind,
                    "version_id": register.version_id,
                    "as_of": register.as_of.isoformat(),
                    "retrieved_at": register.retrieved_at.isoformat(),
                    "row_count": register.row_count,
                }
                for register in self.registers
            ],
            "failure": self.failure,
        }


def facts_from_json(stored: Mapping[str, Any]) -> Facts:
    """Read back what `Facts.as_json` wrote; another shape raises `KeyError`, `TypeError` or `ValueError`."""
    return Facts(
        now=datetime.fromisoformat(stored["now"]),
        registers=tuple(
            RegisterInForce(
                kind=register["kind"],
                version_id=register["version_id"],
                as_of=date.fromisoformat(register["as_of"]),
                retrieved_at=datetime.fromisoformat(register["retrieved_at"]),
                row_count=register["row_count"],
            )
            for register in stored["registers"]
        ),
        failure=stored["failure"],
    )
