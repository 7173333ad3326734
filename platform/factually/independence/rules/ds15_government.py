"""DS15: money of a government."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.parameters import one_outcome
from factually.independence.rules.rule import PolicyRule
from factually.independence.subjects import OrganisationType

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

OUTCOME: Final = one_outcome("outcome", Outcome.HOLD, Outcome.REFUSE)


class GovernmentMoney(PolicyRule):
    """Holds or refuses, as the policy says, what a government body gives, by the giver's own word.

    Source: Full Fact, INN.
    """

    id: ClassVar = "DS15"
    reasons: ClassVar = frozenset({"other", "government"})
    reads: ClassVar = ("organisation_type",)
    parameters: ClassVar = (OUTCOME,)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Read the kind of organisation."""
        kind = case.subject.organisation_type
        said = "The donor named no kind of organisation."
        if kind is not None:
            said = f"The donor stated the kind of organisation: {kind.value.replace('_', ' ')}."
        if kind is OrganisationType.GOVERNMENT:
            return self.answer(policy, OUTCOME.of(policy), "government", said)
        return self.answer(policy, Outcome.ALLOW, "other", said)
