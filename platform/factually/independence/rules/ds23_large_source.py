"""DS23: one source that pays a large part of the year."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.counting import NOT_COUNTED, money, told_total, year_total
from factually.independence.rules.parameters import one_outcome, whole_number
from factually.independence.rules.rule import PolicyRule

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

PERCENT: Final = whole_number("percent", least=1, most=100)
SMALLEST_REVENUE: Final = whole_number("from_revenue_minor", least=1)
OUTCOME: Final = one_outcome("outcome", Outcome.ALLOW, Outcome.HOLD)


class LargeSource(PolicyRule):
    """Raises the alarm, or holds where the policy says so, at a donor above a share of last year's revenue.

    Without a year of some size behind it, a site has nothing to compare with. Source: PolitiFact, 5 %.
    """

    id: ClassVar = "DS23"
    reasons: ClassVar = frozenset({"within", "no_basis", "large"})
    reads: ClassVar = ("amount", "history.donor_year", "history.revenue_last_year")
    parameters: ClassVar = (PERCENT, SMALLEST_REVENUE, OUTCOME)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Compare the donor's year with the site's last one."""
        history = case.facts.history
        if history is None:
            return self.answer(policy, Outcome.ALLOW, "no_basis", NOT_COUNTED)
        last_year = history.revenue_last_year_minor
        told = (*told_total(case), f"Last year's revenue was {money(case, last_year)}.")
        if last_year < SMALLEST_REVENUE.of(policy):
            return self.answer(policy, Outcome.ALLOW, "no_basis", *told)
        percent = PERCENT.of(policy)
        if 100 * year_total(case).minor <= percent * last_year:
            return self.answer(policy, Outcome.ALLOW, "within", *told)
        alarm = f"Alarm: that is more than {percent} % of it."
        return self.answer(policy, OUTCOME.of(policy), "large", *told, alarm)
