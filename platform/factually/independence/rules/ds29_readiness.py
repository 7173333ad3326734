"""DS29: a screening that could not look, or looked at an old list, decides nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.parameters import days_by_name, texts, whole_number
from factually.independence.rules.rule import PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from factually.independence.facts import RegisterInForce
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

REGISTERS: Final = texts("registers")
MAX_DAYS: Final = whole_number("max_days_since_retrieval", least=1)
MAX_DAYS_BY_REGISTER: Final = days_by_name("max_days_by_register", until_named={})
"""Limits of single registers: one comes out each day, another once a year."""


class ScreeningReadiness(PolicyRule):
    """Holds every gift while a register the policy asks for is missing, or one was fetched too long ago.

    Registers that the policy does not ask for may be left out; once one is loaded, its own limit binds.

    The age counts from the moment the source was last asked, not from the source's own date: a register that
    was fetched today and has not changed for a year is as fresh as can be. Source: own rule.
    """

    id: ClassVar = "DS29"
    reasons: ClassVar = frozenset({"ready", "not_ready"})
    reads: ClassVar = ("registers", "health")
    parameters: ClassVar = (REGISTERS, MAX_DAYS, MAX_DAYS_BY_REGISTER)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Read the state of the screening."""
        faults = tuple(_faults(case, policy))
        if faults:
            return self.answer(policy, Outcome.HOLD, "not_ready", *faults)
        seen = (
            f"{register.kind}: as of {register.as_of}, fetched {register.retrieved_at:%Y-%m-%d}."
            for register in case.facts.registers
        )
        return self.answer(policy, Outcome.ALLOW, "ready", *seen)


def _faults(case: Case, policy: RulePolicy) -> Iterator[str]:
    facts = case.facts
    if facts.failure is not None:
        yield f"The screening failed: {facts.failure}"
        return
    yield from register_faults(facts.registers, policy, facts.now)


def register_faults(registers: Sequence[RegisterInForce], policy: RulePolicy, now: datetime) -> Iterator[str]:
    """Say of each register in force, or missing, why this policy holds every gift for it."""
    loaded = {register.kind: register for register in registers}
    required = REGISTERS.of(policy)
    limits = dict.fromkeys(required, MAX_DAYS.of(policy)) | dict(MAX_DAYS_BY_REGISTER.of(policy))
    for kind in required:
        if kind not in loaded:
            yield f"Register {kind} is not loaded."
    for kind, days in limits.items():
        register = loaded.get(kind)
        if register is not None and now - register.retrieved_at > timedelta(days=days):
            yield (
                f"Register {kind} was last fetched on {register.retrieved_at:%Y-%m-%d}, "
                f"more than {days} days ago."
            )
