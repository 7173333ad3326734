"""What the public reads about the policy and the registers in force, on the front page and in full."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import NotFound
from factually.independence.publishing import DamagedPolicy, policy_in_force
from factually.independence.registers.in_force import registers_in_force
from factually.independence.registers.kinds import register_name

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from factually.independence.facts import RegisterInForce
    from factually.independence.policy import Policy, RulePolicy

_FINGERPRINT_START: Final = 12
_ONLY_CHAPTER: Final = "All rules"


@dataclass(frozen=True, slots=True)
class Funding:
    """The promise as it stands now.

    Attributes:
        policy: None until one has been published, and where what was published was altered; every gift is
            held then.
        registers: Ordered by kind; empty until one has been loaded.
    """

    policy: Policy | None
    registers: tuple[RegisterInForce, ...]

    def chapters(self) -> list[tuple[str, list[RulePolicy]]]:
        """Return the rules under their headings, in the policy's order; an older policy has one heading."""
        rules = () if self.policy is None else self.policy.rules
        return [
            (heading or _ONLY_CHAPTER, list(together))
            for heading, together in groupby(rules, key=lambda rule: rule.heading)
        ]

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
    except (NotFound, DamagedPolicy):
        policy = None
    return Funding(policy, registers_in_force(connection))
