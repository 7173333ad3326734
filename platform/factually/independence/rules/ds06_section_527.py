"""DS06: a political organisation under section 527, as it told the IRS on Form 8871."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.matching import Relation
from factually.independence.naming.canonical import canonical_name
from factually.independence.outcomes import Outcome
from factually.independence.rules.parameters import one_outcome
from factually.independence.rules.political_rows import IRS_527
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

RELATED_ENTITY: Final = one_outcome("related_entity", Outcome.ALLOW, Outcome.HOLD)


class PoliticalOrganisation(RegisterRule):
    """Refuses a 527 organisation by its EIN, and holds its name and a body it named as related to it.

    Who is not in the file may be one all the same (DS07: small, federal and local ones need not file), so
    rule DS02 asks. Source: IRS Form 8871 data file, weekly.
    """

    id: ClassVar = "DS06"
    reasons: ClassVar = frozenset({CLEAR, "ein", LISTED, "related", NOT_READ})
    reads: ClassVar = ("organisation_name", "ein")
    parameters: ClassVar = (RELATED_ENTITY,)
    registers: ClassVar = (IRS_527,)
    sought: ClassVar = "name or EIN"

    def decides(self, match: Match) -> bool:
        """Also a body that the form names as related counts here, not only the organisation itself."""
        return super().decides(match) or _is_named_on_form(match)

    def judge(self, match: Match, policy: RulePolicy) -> Judgement:
        """Refuse an EIN, hold a name, and do what the policy says of related bodies."""
        if is_certain(match):
            return Outcome.REFUSE, "ein"
        if match.relation is not Relation.RELATED:
            return Outcome.HOLD, LISTED
        outcome = RELATED_ENTITY.of(policy)
        return NOTHING if outcome is Outcome.ALLOW else (outcome, "related")


def _is_named_on_form(match: Match) -> bool:
    """Tell a related entity (record R, kept as `Name (relation)`) from a likeness that lacks a role word."""
    related = match.details.get("related")
    if match.relation is not Relation.RELATED or not isinstance(related, list):
        return False
    stated = canonical_name(match.stated.text).sorted_key
    names = {name for one in related for name in (str(one), str(one).rpartition(" (")[0])}
    return any(stated == canonical_name(name).sorted_key for name in names if name)
