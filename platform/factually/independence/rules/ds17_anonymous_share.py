"""DS17: how much of a year's money may come from donors who stay unnamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.foundation.errors import InvalidInput
from factually.independence.outcomes import Outcome
from factually.independence.rules.counting import NOT_COUNTED, money
from factually.independence.rules.parameters import one_outcome, whole_number
from factually.independence.rules.rule import PolicyRule
from factually.independence.rules.stating import stays_unnamed
from factually.independence.subjects import Stage

if TYPE_CHECKING:
    from factually.independence.facts import GivingHistory
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

AMBER: Final = whole_number("amber_percent", least=1, most=100)
STOP: Final = whole_number("stop_percent", least=1, most=100)
SMALLEST_REVENUE: Final = whole_number("from_revenue_minor")
OUTCOME: Final = one_outcome("outcome", Outcome.HOLD, Outcome.REFUSE)

_NEW_GIFT: Final = frozenset({Stage.BEFORE_AUTHORISATION, Stage.AFTER_AUTHORISATION})


class AnonymousShare(PolicyRule):
    """Stops new gifts of unnamed donors while their share of the year's revenue is above the line.

    Below a smallest revenue the share says nothing: the first gift of a year is all of it. A gift that runs
    already is not new. Source: 15 % NewsMatch, 5 % Fort Worth Report, which disagree: stop and amber.
    """

    id: ClassVar = "DS17"
    reasons: ClassVar = frozenset({"named", "below", "amber", "stopped"})
    reads: ClassVar = ("anonymous", "organisation_type", "history.anonymous_year", "history.revenue_year")
    parameters: ClassVar = (AMBER, STOP, SMALLEST_REVENUE, OUTCOME)

    def check(self, policy: RulePolicy) -> None:
        """Also ask that amber comes before stop."""
        super().check(policy)
        if AMBER.of(policy) > STOP.of(policy):
            raise InvalidInput(
                f"{AMBER.name} must not be above {STOP.name}.",
                field=f"policy.{policy.id}.parameters.{AMBER.name}",
            )

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Add this gift to the anonymous ones, and compare."""
        if not stays_unnamed(case.subject):
            return self.answer(policy, Outcome.ALLOW, "named", "The donor may be named.")
        history = case.facts.history
        if history is None:
            return self.answer(policy, Outcome.ALLOW, "below", NOT_COUNTED)
        return self._compare(case, history, policy)

    def _compare(self, case: Case, history: GivingHistory, policy: RulePolicy) -> Finding:
        amount = case.subject.amount.minor
        anonymous, revenue = history.anonymous_year_minor + amount, history.revenue_year_minor + amount
        told = (
            f"With this gift, {money(case, anonymous)} of {money(case, revenue)} this calendar year is of "
            "unnamed donors."
        )
        if revenue < SMALLEST_REVENUE.of(policy) or 100 * anonymous <= AMBER.of(policy) * revenue:
            return self.answer(policy, Outcome.ALLOW, "below", told)
        if 100 * anonymous <= STOP.of(policy) * revenue or case.subject.stage not in _NEW_GIFT:
            return self.answer(policy, Outcome.ALLOW, "amber", told)
        return self.answer(policy, OUTCOME.of(policy), "stopped", told)
