"""DS08: a tax-exempt organisation that may lobby and campaign: 501(c)(4), (5) or (6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.matching import MatchKind
from factually.independence.outcomes import Outcome
from factually.independence.rules.political_rows import IRS_EXEMPT
from factually.independence.rules.register_rule import CLEAR, NOT_READ, NOTHING, RegisterRule
from factually.independence.rules.stating import is_given

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.matching import Match
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.register_rule import Judgement
    from factually.independence.rules.rule import Case

SUBSECTIONS: Final = frozenset({"04", "05", "06"})
"""Social welfare organisations, unions and farm bureaus, trade associations."""


class AdvocacyOrganisation(RegisterRule):
    """Holds such an organisation by its EIN and never refuses it: it may do politics, most do little.

    Source: IRS Exempt Organizations Business Master File, which has no 527 organisations.
    """

    id: ClassVar = "DS08"
    reasons: ClassVar = frozenset({CLEAR, "ein", NOT_READ})
    reads: ClassVar = ("ein",)
    registers: ClassVar = (IRS_EXEMPT,)
    sought: ClassVar = "EIN"

    def concerns(self, match: Match) -> bool:
        """Whether the row was found by its EIN; names of charities are shared too widely."""
        return super().concerns(match) and match.kind is MatchKind.EIN

    def judge(self, match: Match, policy: RulePolicy) -> Judgement:
        """Hold the three subsections."""
        del policy
        subsection = str(match.details.get("subsection", "")).zfill(2)
        return (Outcome.HOLD, "ein") if subsection in SUBSECTIONS else NOTHING

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Look the EIN up, where one was given."""
        if not is_given(case.subject.ein):
            return self.answer(policy, Outcome.ALLOW, CLEAR, "No EIN was given.")
        return super().find(case, policy)
