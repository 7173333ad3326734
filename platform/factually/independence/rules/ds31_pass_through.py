"""DS31: a fund or platform passes on what somebody else decided to give."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.parameters import one_outcome
from factually.independence.rules.rule import PolicyRule
from factually.independence.rules.stating import is_given, passes_on

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

UNNAMED: Final = one_outcome("adviser_unnamed", Outcome.ALLOW, Outcome.HOLD)


class PassThrough(PolicyRule):
    """Asks who stands behind a donor-advised fund, fiscal sponsor or giving platform.

    Without that name the gift counts as anonymous (rules DS17 and DS22), and the policy may hold it.
    Source: INN.
    """

    id: ClassVar = "DS31"
    reasons: ClassVar = frozenset({"direct", "named", "unnamed"})
    reads: ClassVar = ("organisation_type", "true_donor_name")
    parameters: ClassVar = (UNNAMED,)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Read the kind of organisation, and whether the one behind it is named."""
        if not passes_on(case.subject):
            return self.answer(policy, Outcome.ALLOW, "direct", "The giver is no fund or platform.")
        if is_given(case.subject.true_donor_name):
            return self.answer(policy, Outcome.ALLOW, "named", "The one behind the fund is named.")
        return self.answer(policy, UNNAMED.of(policy), "unnamed", "The one behind the fund is not named.")
