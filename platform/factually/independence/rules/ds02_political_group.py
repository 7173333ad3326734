"""DS02: the donor is asked whether the money is a political group's."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from factually.independence.outcomes import Outcome
from factually.independence.rules.rule import PolicyRule

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case


class StatedPoliticalGroup(PolicyRule):
    """Refuses money that its donor says comes from a party, candidate, campaign, PAC, 527 or an arm of one.

    Absence from a list proves nothing (DS07), so it is always asked; a missing answer holds the gift.
    Source: PolitiFact, FactCheckHub, INN sample text.
    """

    id: ClassVar = "DS02"
    reasons: ClassVar = frozenset({"denied", "stated", "not_asked"})
    reads: ClassVar = ("political_group",)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Read the tick."""
        if case.subject.political_group is None:
            return self.answer(policy, Outcome.HOLD, "not_asked", "The question has no answer.")
        if case.subject.political_group:
            return self.answer(
                policy, Outcome.REFUSE, "stated", "The donor said that a political group gives."
            )
        return self.answer(policy, Outcome.ALLOW, "denied", "The donor said that no political group gives.")
