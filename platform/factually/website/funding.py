"""What the public reads about the policy and the registers in force, on the front page and in full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import NotFound
from factually.independence.publishing import policy_in_force
from factually.independence.registers.in_force import registers_in_force

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from factually.independence.facts import RegisterInForce
    from factually.independence.policy import Policy

_FINGERPRINT_START: Final = 12
_REGISTER_NAMES: Final = {"fec_committees": "FEC committees"}


@dataclass(frozen=True, slots=True)
class Funding:
    """The promise as it stands now.

    Attributes:
        policy: None until one has been published; every gift is held then.
        registers: Ordered by kind; empty until one has been loaded.
    """

    policy: Policy | None
    registers: tuple[RegisterInForce, ...]

    def slip(self) -> list[tuple[str, str]]:
        """Return the lines of the front page's slip: only what is in force, nothing where nothing is."""
        lines = []
        if self.policy is not None:
            lines += [
                ("Policy of", self.policy.version),
                ("Fingerprint", self.policy.sha256[:_FINGERPRINT_START]),
                ("Rules", str(len(self.policy.rules))),
            ]
        lines += [(register_name(register.kind), f"{register.row_count:,}") for register in self.registers]
        return lines


def read_funding(connection: Connection, *, now: datetime) -> Funding:
    """Read policy and registers in force at a moment."""
    try:
        policy = policy_in_force(connection, now)
    except NotFound:
        policy = None
    return Funding(policy, registers_in_force(connection))


def register_name(kind: str) -> str:
    """Return the name readers know a register by; an unknown kind as it is."""
    return _REGISTER_NAMES.get(kind, kind)
