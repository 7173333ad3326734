"""DS14: a person whose name is on a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from factually.independence.matching import MatchKind, Relation
from factually.independence.outcomes import Outcome
from factually.independence.rules.reading_matches import finding_from_matches
from factually.independence.rules.rule import RuleWithoutParameters

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case


class PersonsName(RuleWithoutParameters):
    """Holds, and never refuses, on a name that may be a private person's: many people share one name.

    Source: GDPR Art 22(1)(3)(4), Art 9; a candidate's committee often bears just a person's name.
    """

    id: ClassVar = "DS14"
    reasons: ClassVar = frozenset({"clear", "name", "not_read"})

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Read each name that is not stated as an organisation's."""
        return finding_from_matches(
            case,
            policy,
            reads=("donor_name", "true_donor_name", "payment.billing_name"),
            judged=[
                (match, Outcome.ALLOW, "clear")
                if match.relation is Relation.GENERIC
                else (match, Outcome.HOLD, "name")
                for match in case.matches
                if not match.stated.of_organisation and match.kind not in {MatchKind.ID, MatchKind.UNKNOWN_ID}
            ],
        )
