"""Runs a policy's rules over one case; pure, so that a replay gives the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import InvalidInput
from factually.independence.findings import Finding
from factually.independence.outcomes import Outcome, strictest
from factually.independence.rules.asked_details import IDENTITY_ABOVE, WORK_ABOVE_YEAR
from factually.independence.rules.catalogue import RULES
from factually.independence.rules.ds29_readiness import ScreeningReadiness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.independence.policy import Policy
    from factually.independence.rules.rule import Case

_SHARED_LIMITS: Final = ((IDENTITY_ABOVE, "DS19"), (WORK_ABOVE_YEAR, "DS20"))
"""Limits that rule DS21 names again, with the rule that asks by them."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the rules say together: the strictest of their outcomes."""

    outcome: Outcome
    findings: tuple[Finding, ...]


def check_policy(policy: Policy) -> None:
    """Refuse a policy that the rules can't run, before it is published.

    Every rule we know must stand in it: a rule left out by mistake would let money through unseen. A policy
    that was published when there were fewer rules is still run with the ones it names (`decide`).

    Raises:
        InvalidInput: A rule is unknown or left out, a sentence is missing, or a limit is not usable.
    """
    wrong = sorted(RULES.keys() ^ {rule.id for rule in policy.rules})
    if wrong:
        raise InvalidInput(f"Unknown or missing rules: {', '.join(wrong)}.", field="policy.rules")
    for part in policy.rules:
        rule = RULES[part.id]
        if rule.reasons != part.reasons.keys():
            names = ", ".join(sorted(rule.reasons))
            raise InvalidInput(
                f"Rule {part.id} needs the reasons {names}.", field=f"policy.{part.id}.reasons"
            )
        rule.check(part)
    _check_shared_limits(policy)


def _check_shared_limits(policy: Policy) -> None:
    """Refuse a policy that waits (DS21) for other details than it asks for (DS19, DS20)."""
    parts = {part.id: part for part in policy.rules}
    for limit, asking in _SHARED_LIMITS:
        if limit.of(parts["DS21"]) != limit.of(parts[asking]):
            raise InvalidInput(
                f"{limit.name} must be the same in DS21 and {asking}.",
                field=f"policy.DS21.parameters.{limit.name}",
            )


def decide(case: Case, policy: Policy) -> Decision:
    """Return the decision on one case: one finding per rule, in the policy's order."""
    findings = tuple(RULES[part.id].find(case, part) for part in policy.rules)
    return Decision(outcome=strictest(finding.outcome for finding in findings), findings=findings)


def hold_for_failure(failure: str) -> Decision:
    """Return the decision where no policy could be applied: held, by the one rule that needs none (DS29)."""
    finding = Finding(
        rule_id=ScreeningReadiness.id,
        outcome=Outcome.HOLD,
        reads=("health",),
        reason_text="Our check could not be completed, so a person has to look at this gift.",
        evidence=(f"The screening failed: {failure}",),
    )
    return Decision(outcome=Outcome.HOLD, findings=(finding,))


def deciding_finding(outcome: Outcome, findings: Sequence[Finding]) -> Finding | None:
    """Return the finding a donor is told: the first as strict as the outcome, None for an allowed gift."""
    if outcome is Outcome.ALLOW:
        return None
    return next(finding for finding in findings if finding.outcome is outcome)
