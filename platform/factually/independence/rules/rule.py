"""What every rule is: it reads a case and always answers, also where it found nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.independence.facts import Facts
    from factually.independence.findings import Finding
    from factually.independence.matching import Match
    from factually.independence.policy import RulePolicy
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


class RuleWithoutParameters:
    """A rule that has nothing to set."""

    def check(self, policy: RulePolicy) -> None:
        """Refuse any parameter, so that a misspelt or misplaced one is seen."""
        check_parameters(policy, frozenset())


def check_parameters(policy: RulePolicy, known: frozenset[str]) -> None:
    """Refuse a parameter the rule doesn't know, and the lack of one it needs.

    Raises:
        InvalidInput: Names the rule and the parameters in question.
    """
    wrong = sorted(known.symmetric_difference(policy.parameters))
    if wrong:
        raise InvalidInput(
            f"Rule {policy.id} takes the parameters {sorted(known)}; look at {', '.join(wrong)}.",
            field=f"policy.{policy.id}.parameters",
        )
