"""DS29: a screening that could not look, or looked at an old list, decides nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.parameters import texts, whole_number
from factually.independence.rules.rule import PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

REGISTERS: Final = texts("registers")
MAX_DAYS: Final = whole_number("max_days_since_retrieval", least=1)


class ScreeningReadiness(PolicyRule):
    """Holds every gift while a register the policy asks for is missing or was last fetched too long ago.

    The age counts from the moment the source was last asked, not from the source's own date: a register that
    was fetched today and has not changed for a year is as fresh as can be. Source: own rule.
    """

    id: ClassVar = "DS29"
    reasons: ClassVar = frozenset({"ready", "not_ready"})
    reads: ClassVar = ("registers", "health")
    parameters: ClassVar = (REGISTERS, MAX_DAYS)

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
    max_age = timedelta(days=MAX_DAYS.of(policy))
    for kind in REGISTERS.of(policy):
        register = facts.register(kind)
        if register is None:
            yield f"Register {kind} is not loaded."
        elif facts.now - register.retrieved_at > max_age:
            yield (
                f"Register {kind} was last fetched on {register.retrieved_at:%Y-%m-%d}, "
                f"more than {max_age.days} days ago."
            )
