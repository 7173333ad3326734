"""DS19: name and postal address above a small gift."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.asked_details import IDENTITY_ABOVE, identity_asked
from factually.independence.rules.counting import money
from factually.independence.rules.parameters import one_outcome
from factually.independence.rules.rule import PolicyRule
from factually.independence.rules.stating import missing_identity

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

MISSING: Final = one_outcome("missing", Outcome.ALLOW, Outcome.HOLD)


class NameAndAddress(PolicyRule):
    """Says whether a gift is large enough to need name and postal address, and whether they are there.

    Source: 52 USC 30102(c), which counts each gift. What is missing is asked for; rule DS21 waits for it.
    """

    id: ClassVar = "DS19"
    reasons: ClassVar = frozenset({"not_needed", "given", "missing"})
    reads: ClassVar = ("amount", "donor_name", "organisation_name", "true_donor_name", "address")
    parameters: ClassVar = (IDENTITY_ABOVE, MISSING)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Compare the gift with the limit, and read what was given."""
        limit = money(case, IDENTITY_ABOVE.of(policy))
        if not identity_asked(case, policy):
            return self.answer(policy, Outcome.ALLOW, "not_needed", f"The gift is not above {limit}.")
        missing = missing_identity(case.subject)
        if not missing:
            return self.answer(policy, Outcome.ALLOW, "given", "Name and postal address were given.")
        told = f"The gift is above {limit}; missing: {', '.join(missing)}."
        return self.answer(policy, MISSING.of(policy), "missing", told)
