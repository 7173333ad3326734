"""DS18: all that a donor gave in the calendar year, over linked identities and on every path."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.counting import told_total
from factually.independence.rules.parameters import flag
from factually.independence.rules.rule import PolicyRule
from factually.independence.subjects import Stage

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

HISTORY_REQUIRED: Final = flag("history_required")

_MONEY_MOVES: Final = frozenset({Stage.BEFORE_AUTHORISATION, Stage.AFTER_AUTHORISATION, Stage.RENEWAL})


class YearOfGiving(PolicyRule):
    """States the year's total that rules DS16 to DS23 read, and answers for its being there at all.

    Without a count those rules see one gift alone, so where the policy requires it a gift nobody counted is
    held: what is unknown is never allowed. Source: FEC; opencollective#5091, #6093.
    """

    id: ClassVar = "DS18"
    reasons: ClassVar = frozenset({"counted", "not_counted", "must_be_counted"})
    reads: ClassVar = ("amount", "history.donor_year", "history.linked_emails")
    parameters: ClassVar = (HISTORY_REQUIRED,)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Tell the total, or that there is none."""
        history = case.facts.history
        if history is not None:
            linked = f"Addresses of this donor, linked by address or card: {history.linked_emails}."
            return self.answer(policy, Outcome.ALLOW, "counted", *told_total(case), linked)
        told = "Nobody counted this donor's other gifts."
        if HISTORY_REQUIRED.of(policy) and case.subject.stage in _MONEY_MOVES:
            return self.answer(policy, Outcome.HOLD, "must_be_counted", told)
        return self.answer(policy, Outcome.ALLOW, "not_counted", told)
