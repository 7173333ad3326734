"""DS29: a screening that could not look, or looked at an old list, decides nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from factually.foundation.errors import InvalidInput
from factually.independence.findings import Finding
from factually.independence.outcomes import Outcome
from factually.independence.rules.rule import check_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

REGISTERS: Final = "registers"
MAX_DAYS: Final = "max_days_since_retrieval"


class ScreeningReadiness:
    """Holds every gift while a register the policy asks for is missing or was last fetched too long ago.

    The age counts from the moment the source was last asked, not from the source's own date: a register that
    was fetched today and has not changed for a year is as fresh as can be. Source: own rule.
    """

    id: ClassVar = "DS29"
    reasons: ClassVar = frozenset({"ready", "not_ready"})

    def check(self, policy: RulePolicy) -> None:
        """Ask for a list of registers and a whole number of days from 1."""
        check_parameters(policy, frozenset({REGISTERS, MAX_DAYS}))
        _kinds(policy)
        _max_age(policy)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Read the state of the screening."""
        faults = tuple(_faults(case, policy))
        return Finding(
            rule_id=self.id,
            outcome=Outcome.HOLD if faults else Outcome.ALLOW,
            reads=("registers", "health"),
            reason_text=policy.reasons["not_ready" if faults else "ready"],
            evidence=faults
            or tuple(
                f"{register.kind}: as of {register.as_of}, fetched {register.retrieved_at:%Y-%m-%d}."
                for register in case.facts.registers
            ),
        )


def _faults(case: Case, policy: RulePolicy) -> Iterator[str]:
    facts = case.facts
    if facts.failure is not None:
        yield f"The screening failed: {facts.failure}"
        return
    max_age = _max_age(policy)
    for kind in _kinds(policy):
        register = facts.register(kind)
        if register is None:
            yield f"Register {kind} is not loaded."
        elif facts.now - register.retrieved_at > max_age:
            yield (
                f"Register {kind} was last fetched on {register.retrieved_at:%Y-%m-%d}, "
                f"more than {max_age.days} days ago."
            )


def _kinds(policy: RulePolicy) -> list[str]:
    kinds = policy.parameters[REGISTERS]
    if isinstance(kinds, list):
        named = [kind for kind in kinds if isinstance(kind, str)]
        if named and named == kinds:
            return named
    raise InvalidInput(f"{REGISTERS} must list register kinds.", field=f"policy.DS29.parameters.{REGISTERS}")


def _max_age(policy: RulePolicy) -> timedelta:
    days = policy.parameters[MAX_DAYS]
    if type(days) is int and days >= 1:
        return timedelta(days=days)
    raise InvalidInput(
        f"{MAX_DAYS} must be a whole number from 1.", field=f"policy.DS29.parameters.{MAX_DAYS}"
    )
