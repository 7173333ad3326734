"""DS32: many gifts of one donor in a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.counting import NOT_COUNTED
from factually.independence.rules.parameters import whole_number
from factually.independence.rules.rule import PolicyRule

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

MOST_A_DAY: Final = whole_number("most_gifts_a_day", least=1)


class Velocity(PolicyRule):
    """Holds a gift of a donor who gave very often within 24 hours.

    How often an address of the network may try is a rate limit at the form, not a rule of the policy.
    Source: Open Collective, Guardian.
    """

    id: ClassVar = "DS32"
    reasons: ClassVar = frozenset({"ordinary", "many"})
    reads: ClassVar = ("history.donor_gifts_today",)
    parameters: ClassVar = (MOST_A_DAY,)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Count this gift with the donor's others of the last 24 hours."""
        history = case.facts.history
        if history is None:
            return self.answer(policy, Outcome.ALLOW, "ordinary", NOT_COUNTED)
        gifts = history.donor_gifts_today + 1
        told = f"With this one the donor gave {gifts} {'gift' if gifts == 1 else 'gifts'} within 24 hours."
        many = gifts > MOST_A_DAY.of(policy)
        outcome, reason = (Outcome.HOLD, "many") if many else (Outcome.ALLOW, "ordinary")
        return self.answer(policy, outcome, reason, told)
