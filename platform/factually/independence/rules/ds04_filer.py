"""DS04: an organisation that files reports with the Federal Election Commission without being a committee."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.parameters import one_outcome, score
from factually.independence.rules.political_rows import FEC, is_filer
from factually.independence.rules.register_rule import (
    CLEAR,
    LISTED,
    NOT_READ,
    NOTHING,
    RegisterRule,
    is_certain,
)

if TYPE_CHECKING:
    from factually.independence.matching import Match
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.register_rule import Judgement

OUTCOME: Final = one_outcome("outcome", Outcome.ALLOW, Outcome.HOLD)
SCORE_FROM: Final = score("score_from")


class FilingOrganisation(RegisterRule):
    """Holds, where the policy says so, an organisation that spends on elections and so files with the FEC.

    Types C, E and I hold unions, associations, firms and many private persons; a person's name is never held
    for it. Only a name as near as the policy asks counts, since these are ordinary names. Source: FEC format.
    """

    id: ClassVar = "DS04"
    reasons: ClassVar = frozenset({CLEAR, LISTED, NOT_READ})
    reads: ClassVar = ("organisation_name",)
    parameters: ClassVar = (OUTCOME, SCORE_FROM)
    registers: ClassVar = (FEC,)

    def concerns(self, match: Match) -> bool:
        """Whether the row is a mere filer."""
        return super().concerns(match) and is_filer(match)

    def judge(self, match: Match, policy: RulePolicy) -> Judgement:
        """Do what the policy says of filers."""
        near = is_certain(match) or match.score >= SCORE_FROM.of(policy)
        outcome = OUTCOME.of(policy)
        return (outcome, LISTED) if near and outcome is not Outcome.ALLOW else NOTHING
