"""DS03: a committee on the Federal Election Commission's register."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.foundation.errors import InvalidInput
from factually.independence.matching import MatchKind, Relation
from factually.independence.outcomes import Outcome
from factually.independence.rules.reading_matches import finding_from_matches
from factually.independence.rules.rule import check_parameters

if TYPE_CHECKING:
    from factually.independence.findings import Finding
    from factually.independence.matching import Match
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

EXACT_NAME: Final = "exact_registered_name_of_organisation"


class RegisteredCommittee:
    """Refuses a committee known by its id, holds a gift that an organisation's name makes doubtful.

    One name may refuse, where the policy says so: an organisation that gives its own money states as its own
    name the current name of exactly one committee, and that name itself says committee, party, PAC or
    campaign. That is the giver's statement of who it is, not a likeness found by us; it can be contested.
    Source: fec.gov committee master.
    """

    id: ClassVar = "DS03"
    reasons: ClassVar = frozenset({"clear", "id", "unknown_id", "exact_name", "name", "not_read"})

    def check(self, policy: RulePolicy) -> None:
        """Let the exact name hold or refuse, and nothing else."""
        check_parameters(policy, frozenset({EXACT_NAME}))
        if policy.parameters[EXACT_NAME] not in {Outcome.HOLD, Outcome.REFUSE}:
            raise InvalidInput(
                f"{EXACT_NAME} must be hold or refuse.", field=f"policy.{self.id}.parameters.{EXACT_NAME}"
            )

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Read ids in every name, and the names of organisations."""
        return finding_from_matches(
            case,
            policy,
            reads=("organisation_name", "donor_name", "true_donor_name", "payment.billing_name"),
            judged=[
                (match, *_judge(match, policy))
                for match in case.matches
                if match.stated.of_organisation or match.kind in {MatchKind.ID, MatchKind.UNKNOWN_ID}
            ],
        )


def _judge(match: Match, policy: RulePolicy) -> tuple[Outcome, str]:
    if match.kind is MatchKind.ID:
        return Outcome.REFUSE, "id"
    if match.kind is MatchKind.UNKNOWN_ID:
        return Outcome.HOLD, "unknown_id"
    if match.relation is Relation.GENERIC:
        return Outcome.ALLOW, "clear"
    if match.exact_identity and match.stated.of_giver and policy.parameters[EXACT_NAME] == Outcome.REFUSE:
        return Outcome.REFUSE, "exact_name"
    return Outcome.HOLD, "name"
