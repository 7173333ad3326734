"""DS10: a registrant or foreign principal under the Foreign Agents Registration Act."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.outcomes import Outcome
from factually.independence.rules.political_rows import US_FARA
from factually.independence.rules.register_rule import (
    CLEAR,
    LISTED,
    NOT_READ,
    RegisterRule,
    is_certain,
)

if TYPE_CHECKING:
    from factually.independence.matching import Match
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.register_rule import Judgement

STATE_PRINCIPALS: Final = frozenset({"government", "party"})
"""Values of the column `principal` whose registrants are refused."""


class ForeignAgent(RegisterRule):
    """Holds who acts for a foreign principal, and refuses by number who acts for a government or a party.

    Source: FARA list.
    """

    id: ClassVar = "DS10"
    reasons: ClassVar = frozenset({CLEAR, "id", LISTED, NOT_READ})
    reads: ClassVar = ("organisation_name", "ein")
    registers: ClassVar = (US_FARA,)

    def judge(self, match: Match, policy: RulePolicy) -> Judgement:
        """Refuse by number only, and hold the rest."""
        del policy
        refused = is_certain(match) and match.details.get("principal") in STATE_PRINCIPALS
        return (Outcome.REFUSE, "id") if refused else (Outcome.HOLD, LISTED)
