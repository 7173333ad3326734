"""DS22: whoever gives much is named in public, and is told so before paying."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.counting import money, told_total, year_total
from factually.independence.rules.parameters import whole_number
from factually.independence.rules.rule import PolicyRule
from factually.independence.rules.stating import stays_unnamed

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

NAMED_ABOVE: Final = whole_number("named_above_year_minor")


class NamedInPublic(PolicyRule):
    """Refuses a gift above the publication line whose donor wants to stay unnamed.

    Source: PolitiFact above 1,000 dollars a year; INN 5,000.
    """

    id: ClassVar = "DS22"
    reasons: ClassVar = frozenset({"below", "named", "wants_anonymity"})
    reads: ClassVar = ("amount", "anonymous", "organisation_type", "history.donor_year")
    parameters: ClassVar = (NAMED_ABOVE,)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Compare the year's total with the line."""
        line = money(case, NAMED_ABOVE.of(policy))
        told = (*told_total(case), f"Donors are named above {line} a year.")
        if year_total(case) <= line:
            return self.answer(policy, Outcome.ALLOW, "below", *told)
        if stays_unnamed(case.subject):
            return self.answer(policy, Outcome.REFUSE, "wants_anonymity", *told, "The donor stays unnamed.")
        return self.answer(policy, Outcome.ALLOW, "named", *told)
