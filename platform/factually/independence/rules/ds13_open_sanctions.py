"""DS13: an entity that OpenSanctions marks as political, as an office holder, or as sanctioned."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.matching import Relation, Stated
from factually.independence.outcomes import Outcome
from factually.independence.rules.political_rows import OPEN_SANCTIONS
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

REFUSED_TOPICS: Final = frozenset({"pol.party", "sanction"})
HELD_TOPICS: Final = frozenset({"role.pol", "role.pep", "pol.union"})
HELD_PREFIX: Final = "gov."


class MarkedEntity(RegisterRule):
    """Answers by the topics of an entity: a party or a sanctioned body is refused, an office holder is held.

    Refused is only who was found by an entity's id, and never a person; all else is held. Relatives and
    associates (`role.rca`) are told and allowed, and so are other topics. Source: OpenSanctions topics; its
    code is MIT, its data CC BY-NC 4.0.
    """

    id: ClassVar = "DS13"
    reasons: ClassVar = frozenset({CLEAR, "id", LISTED, NOT_READ})
    reads: ClassVar = ("organisation_name", "donor_name", "true_donor_name", "payment.billing_name")
    registers: ClassVar = (OPEN_SANCTIONS,)

    def concerns(self, match: Match) -> bool:
        """Whether it is an entity of the list; persons stand on it too."""
        if super().concerns(match):
            return True
        return (
            match.row is not None and match.row.kind in self.registers and match.stated.what is Stated.PERSON
        )

    def decides(self, match: Match) -> bool:
        """Whether the match is near enough, and nobody's namesake."""
        return super().decides(match) and match.relation is not Relation.NAMESAKE

    def judge(self, match: Match, policy: RulePolicy) -> Judgement:
        """Answer by the topics."""
        del policy
        topics = _topics(match)
        if topics & REFUSED_TOPICS:
            refused = is_certain(match) and not _is_person(match)
            return (Outcome.REFUSE, "id") if refused else (Outcome.HOLD, LISTED)
        held = topics & HELD_TOPICS or any(topic.startswith(HELD_PREFIX) for topic in topics)
        return (Outcome.HOLD, LISTED) if held else NOTHING


def _topics(match: Match) -> frozenset[str]:
    topics = match.details.get("topics")
    listed = topics if isinstance(topics, list) else str(topics or "").replace(",", ";").split(";")
    return frozenset(str(topic).strip() for topic in listed)


def _is_person(match: Match) -> bool:
    return match.stated.what is Stated.PERSON or match.details.get("schema") == "Person"
