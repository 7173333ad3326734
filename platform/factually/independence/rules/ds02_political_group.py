"""DS02: the donor is asked whether the money is a political group's."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from factually.independence.findings import Finding
from factually.independence.outcomes import Outcome
from factually.independence.rules.rule import RuleWithoutParameters

if TYPE_CHECKING:
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case


class StatedPoliticalGroup(RuleWithoutParameters):
    """Refuses money that its donor says comes from a party, candidate, campaign, PAC, 527 or an arm of one.

    Absence from a list proves nothing, so it is always asked; an answer that is missing holds the gift.
    Source: PolitiFact, FactCheckHub, INN sample text.
    """

    id: ClassVar = "DS02"
    reasons: ClassVar = frozenset({"denied", "stated", "not_asked"})

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Read the tick."""
        if case.subject.political_group is None:
            outcome, reason, evidence = Outcome.HOLD, "not_asked", "The question has no answer."
        elif case.subject.political_group:
            outcome, reason, evidence = (
                Outcome.REFUSE,
                "stated",
                "The donor said that a political group gives.",
            )
        else:
            outcome, reason, evidence = (
                Outcome.ALLOW,
                "denied",
                "The donor said that no political group gives.",
            )
        return Finding(
            rule_id=self.id,
            outcome=outcome,
            reads=("political_group",),
            reason_text=policy.reasons[reason],
            evidence=(evidence,),
        )
