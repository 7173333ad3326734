"""DS16: how much somebody may give whose identity rests on a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.counting import money, told_total, year_total
from factually.independence.rules.parameters import whole_number
from factually.independence.rules.rule import PolicyRule
from factually.independence.rules.stating import missing_identity

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

HARD_LIMIT_MINOR: Final = 500_000
"""5,000 dollars a year: no policy may take more through a form (INN, NewsMatch)."""
YEAR_LIMIT: Final = whole_number("year_limit_minor", least=1, most=HARD_LIMIT_MINOR)
UNIDENTIFIED_LIMIT: Final = whole_number("year_limit_unidentified_minor", least=1, most=HARD_LIMIT_MINOR)


class AscertainableIdentity(PolicyRule):
    """Refuses what goes above the year's limit, a lower one where name or postal address are missing.

    The year's total runs over linked identities: the same e-mail address or the same card (DS18).
    Source: NewsMatch, INN; PPERA s. 54(1)(b).
    """

    id: ClassVar = "DS16"
    reasons: ClassVar = frozenset({"within", "unidentified", "above_limit"})
    reads: ClassVar = ("amount", "history.donor_year", "donor_name", "organisation_name", "address")
    parameters: ClassVar = (YEAR_LIMIT, UNIDENTIFIED_LIMIT)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Compare the year's total with both limits."""
        total, missing = year_total(case), missing_identity(case.subject)
        limit, unidentified = (money(case, of.of(policy)) for of in (YEAR_LIMIT, UNIDENTIFIED_LIMIT))
        told = told_total(case)
        if total > limit:
            return self.answer(policy, Outcome.REFUSE, "above_limit", *told, f"The limit is {limit}.")
        if missing and total > unidentified:
            lacking = f"Without {' and '.join(missing)} the limit is {unidentified}."
            return self.answer(policy, Outcome.REFUSE, "unidentified", *told, lacking)
        return self.answer(policy, Outcome.ALLOW, "within", *told)
