"""What every rule is: it reads a case and always answers, also where it found nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from factually.foundation.errors import InvalidInput
from factually.independence.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.independence.facts import Facts
    from factually.independence.matching import Match
    from factually.independence.outcomes import Outcome
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.parameters import Parameter
    from factually.independence.subjects import ScreeningSubject


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that a rule may read about one gift."""

    subject: ScreeningSubject
    matches: Sequence[Match]
    facts: Facts


class Rule(Protocol):
    """One rule of the policy.

    `reasons` names the public sentences it needs in the policy; `check` refuses limits it can't work with.
    """

    id: ClassVar[str]
    reasons: ClassVar[frozenset[str]]

    def check(self, policy: RulePolicy) -> None:
        """Raise `InvalidInput` where the policy's parameters for this rule are not usable."""
        ...

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Answer for one case."""
        ...


class PolicyRule:
    """What all our rules share: they declare what they need of a policy, and answer in its words.

    Attributes:
        id: Its id in the policy (reference/donor-source-rules.md, section 2).
        reasons: Names of the public sentences it gives.
        reads: Fields of the subject and the facts that it reads, as auditors see them.
        parameters: Limits it takes from the policy.
    """

    id: ClassVar[str]
    reasons: ClassVar[frozenset[str]]
    reads: ClassVar[tuple[str, ...]]
    parameters: ClassVar[tuple[Parameter[Any], ...]] = ()

    def check(self, policy: RulePolicy) -> None:
        """Refuse a parameter the rule doesn't know, the lack of one it needs, and one it can't use.

        Raises:
            InvalidInput: Names the rule and the parameters in question.
        """
        known = {parameter.name for parameter in self.parameters}
        wrong = sorted(known.symmetric_difference(policy.parameters))
        if wrong:
            raise InvalidInput(
                f"Rule {policy.id} takes the parameters {sorted(known)}; look at {', '.join(wrong)}.",
                field=f"policy.{policy.id}.parameters",
            )
        for parameter in self.parameters:
            parameter.of(policy)

    def answer(self, policy: RulePolicy, outcome: Outcome, reason: str, *evidence: str) -> Finding:
        """Return the rule's finding with the policy's public sentence and the evidence for auditors."""
        return Finding(
            rule_id=self.id,
            outcome=outcome,
            reads=self.reads,
            reason_text=policy.reasons[reason],
            evidence=evidence,
        )
