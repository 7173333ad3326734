"""DS01: the donor says whose money it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from factually.independence.outcomes import Outcome
from factually.independence.rules.rule import PolicyRule
from factually.independence.rules.stating import is_given
from factually.independence.subjects import Capacity

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case


class StatedCapacity(PolicyRule):
    """Refuses money of which nobody says whose it is, and holds it where the true donor is not named.

    Source: Electoral Commission (an agent must give the true donor's details).
    """

    id: ClassVar = "DS01"
    reasons: ClassVar = frozenset({"stated", "missing", "organisation_unnamed", "true_donor_unnamed"})
    reads: ClassVar = ("capacity", "organisation_name", "true_donor_name")

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Read the capacity and the name it calls for."""
        subject = case.subject
        if subject.capacity is None:
            outcome, reason, said = Outcome.REFUSE, "missing", "nothing"
        elif subject.capacity is Capacity.ORGANISATION and not is_given(subject.organisation_name):
            outcome, reason, said = (
                Outcome.HOLD,
                "organisation_unnamed",
                "an organisation's money, without its name",
            )
        elif subject.capacity is Capacity.SOMEONE_ELSE and not is_given(subject.true_donor_name):
            outcome, reason, said = Outcome.HOLD, "true_donor_unnamed", "someone else's money, without a name"
        else:
            outcome, reason, said = Outcome.ALLOW, "stated", subject.capacity.value.replace("_", " ")
        return self.answer(policy, outcome, reason, f"The donor stated: {said}.")
