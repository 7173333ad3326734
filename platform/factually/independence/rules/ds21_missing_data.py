"""DS21: a donor who was asked for details and has not given them in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.asked_details import IDENTITY_ABOVE, WORK_ABOVE_YEAR, missing_details
from factually.independence.rules.counting import NOT_COUNTED
from factually.independence.rules.parameters import whole_number
from factually.independence.rules.rule import PolicyRule

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

DAYS: Final = whole_number("days", least=1)


class MissingDetails(PolicyRule):
    """Holds the next gift of a donor who was asked for details too long ago and has not given them.

    Asked in the form and once more by mail, both logged; the same limits as DS19 and DS20 say what is asked.
    Source: two steps 11 CFR 104.7; 30 days reported.
    """

    id: ClassVar = "DS21"
    reasons: ClassVar = frozenset({"complete", "waiting", "overdue"})
    reads: ClassVar = ("amount", "address", "occupation", "employer", "history.first_asked_at")
    parameters: ClassVar = (IDENTITY_ABOVE, WORK_ABOVE_YEAR, DAYS)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Read what is missing, and since when it was asked for."""
        missing = missing_details(case, policy)
        if not missing:
            return self.answer(policy, Outcome.ALLOW, "complete", "Nothing that we ask for is missing.")
        told = f"Missing: {', '.join(missing)}."
        history = case.facts.history
        if history is None:
            return self.answer(policy, Outcome.ALLOW, "waiting", told, NOT_COUNTED)
        asked = history.first_asked_at
        if asked is None:
            return self.answer(policy, Outcome.ALLOW, "waiting", told, "The donor has not been asked yet.")
        told += f" First asked for on {asked:%Y-%m-%d}."
        overdue = case.facts.now - asked > timedelta(days=DAYS.of(policy))
        outcome, reason = (Outcome.HOLD, "overdue") if overdue else (Outcome.ALLOW, "waiting")
        return self.answer(policy, outcome, reason, told)
