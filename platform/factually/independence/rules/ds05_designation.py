"""DS05: a committee that a politician, a lobbyist or several campaigns stand behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.matching import MatchKind
from factually.independence.outcomes import Outcome
from factually.independence.rules.political_rows import FEC, is_filer
from factually.independence.rules.register_rule import CLEAR, LISTED, NOT_READ, RegisterRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.independence.matching import Match
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.register_rule import Judgement

DESIGNATIONS: Final[Mapping[str, str]] = {
    "A": "authorised by a candidate",
    "B": "a lobbyist's PAC",
    "D": "a leadership PAC",
    "J": "a joint fundraiser",
    "P": "a candidate's principal campaign committee",
}
"""Designations of the FEC that this rule reads; U (unauthorised) says nothing."""


class DesignatedCommittee(RegisterRule):
    """Refuses by its id, and holds by its name, a committee designated as a politician's or a lobbyist's.

    Source: fec.gov, committee designation.
    """

    id: ClassVar = "DS05"
    reasons: ClassVar = frozenset({CLEAR, "id", LISTED, NOT_READ})
    reads: ClassVar = ("organisation_name", "donor_name", "true_donor_name", "payment.billing_name")
    registers: ClassVar = (FEC,)

    def concerns(self, match: Match) -> bool:
        """Whether the row has one of the designations."""
        return (
            super().concerns(match)
            and not is_filer(match)
            and match.details.get("designation") in DESIGNATIONS
        )

    def judge(self, match: Match, policy: RulePolicy) -> Judgement:
        """Refuse an id, and hold a name."""
        del policy
        return (Outcome.REFUSE, "id") if match.kind is MatchKind.ID else (Outcome.HOLD, LISTED)

    def tell(self, match: Match) -> str:
        """Add the designation to what the match says."""
        designation = DESIGNATIONS[str(match.details["designation"])]
        return f"{match.evidence} The FEC lists it as {designation}."
