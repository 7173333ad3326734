"""DS12: a party, or a body that a register of parties connects with politics."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from factually.independence.outcomes import Outcome
from factually.independence.rules.political_rows import (
    AU_ENTITIES,
    PARTY_REGISTERS,
    is_party,
    is_political_group,
)
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


class PartyOrPoliticalEntity(RegisterRule):
    """Refuses a party by its number, holds it by its name, and holds what campaigns or belongs to one.

    The Australian register also lists charities, unions and universities that campaign; those mere filers are
    told and not held. Source: UK Electoral Commission, Elections Canada, Party Facts, AEC.
    """

    id: ClassVar = "DS12"
    reasons: ClassVar = frozenset({CLEAR, "id", LISTED, NOT_READ})
    reads: ClassVar = ("organisation_name",)
    registers: ClassVar = (*PARTY_REGISTERS, AU_ENTITIES)

    def judge(self, match: Match, policy: RulePolicy) -> Judgement:
        """Refuse a party's number; hold the rest that is political."""
        del policy
        if is_certain(match) and is_party(match):
            return Outcome.REFUSE, "id"
        return (Outcome.HOLD, LISTED) if is_political_group(match) else NOTHING
