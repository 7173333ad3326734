"""DS20: occupation and employer from a year's total on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.asked_details import WORK_ABOVE_YEAR, work_asked
from factually.independence.rules.counting import money, told_total
from factually.independence.rules.parameters import one_outcome
from factually.independence.rules.rule import PolicyRule
from factually.independence.rules.stating import missing_identity, missing_work
from factually.independence.subjects import Stage

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

MISSING: Final = one_outcome("missing", Outcome.ALLOW, Outcome.HOLD)

_NO_FORM: Final = frozenset({Stage.RENEWAL, Stage.RESCREENING})


class OccupationAndEmployer(PolicyRule):
    """Holds a larger donor's gift of whom identity, occupation or employer is not known.

    Only a person who gives own money has an occupation; others are asked for name and address. A renewal has
    no form to ask in: it goes on while the donor is asked by mail, and rule DS21 ends that.
    Source: 11 CFR 104.7.
    """

    id: ClassVar = "DS20"
    reasons: ClassVar = frozenset({"not_needed", "given", "missing", "asked_by_mail"})
    reads: ClassVar = ("amount", "history.donor_year", "address", "occupation", "employer")
    parameters: ClassVar = (WORK_ABOVE_YEAR, MISSING)

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Compare the year's total with the limit, and read what was given."""
        told = (*told_total(case), f"The limit is {money(case, WORK_ABOVE_YEAR.of(policy))}.")
        if not work_asked(case, policy):
            return self.answer(policy, Outcome.ALLOW, "not_needed", *told)
        missing = missing_identity(case.subject) + missing_work(case.subject)
        if not missing:
            return self.answer(policy, Outcome.ALLOW, "given", *told)
        told += (f"Missing: {', '.join(missing)}.",)
        if case.subject.stage in _NO_FORM:
            return self.answer(policy, Outcome.ALLOW, "asked_by_mail", *told)
        return self.answer(policy, MISSING.of(policy), "missing", *told)
