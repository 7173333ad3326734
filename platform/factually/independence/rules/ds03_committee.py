"""DS03: a committee on the Federal Election Commission's register."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.matching import MatchKind
from factually.independence.outcomes import Outcome
from factually.independence.rules.parameters import one_outcome
from factually.independence.rules.political_rows import FEC, is_filer
from factually.independence.rules.register_rule import CLEAR, LISTED, NOT_READ, RegisterRule, states_giver

if TYPE_CHECKING:
    from factually.independence.matching import Match
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.register_rule import Judgement

EXACT_NAME: Final = one_outcome("exact_registered_name_of_organisation", Outcome.HOLD, Outcome.REFUSE)


class RegisteredCommittee(RegisterRule):
    """Refuses a committee known by its id, holds a gift that an organisation's name makes doubtful.

    One name may refuse, where the policy says so: an organisation that gives its own money states as its own
    name the current name of exactly one committee, and that name itself says committee, party, PAC or
    campaign. That is the giver's statement of who it is, not a likeness found by us; it can be contested.
    Source: fec.gov committee master (types H S P X Y Z N Q O U V W D).
    """

    id: ClassVar = "DS03"
    reasons: ClassVar = frozenset({CLEAR, "id", "unknown_id", "exact_name", LISTED, NOT_READ})
    reads: ClassVar = ("organisation_name", "donor_name", "true_donor_name", "payment.billing_name")
    parameters: ClassVar = (EXACT_NAME,)
    registers: ClassVar = (FEC,)

    def concerns(self, match: Match) -> bool:
        """Whether it is a committee that is no mere filer, or an id that none bears."""
        if match.kind is MatchKind.UNKNOWN_ID:
            return states_giver(match)
        return super().concerns(match) and not is_filer(match)

    def judge(self, match: Match, policy: RulePolicy) -> Judgement:
        """Refuse an id, and hold a name."""
        if match.kind is MatchKind.ID:
            return Outcome.REFUSE, "id"
        if match.kind is MatchKind.UNKNOWN_ID:
            return Outcome.HOLD, "unknown_id"
        if match.exact_identity and match.stated.of_giver and EXACT_NAME.of(policy) is Outcome.REFUSE:
            return Outcome.REFUSE, "exact_name"
        return Outcome.HOLD, LISTED
