"""What all rules over registers share: which matches count, and how they become one finding."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from factually.independence.matching import HOLD_FROM, MatchKind, Relation, Stated
from factually.independence.outcomes import Outcome, strictest
from factually.independence.rules.rule import PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factually.independence.facts import RegisterInForce
    from factually.independence.findings import Finding
    from factually.independence.matching import Match
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

Judgement: TypeAlias = tuple[Outcome, str]
"""An outcome, and the name of the policy's public sentence for it."""

CLEAR: Final = "clear"
LISTED: Final = "name"
NOT_READ: Final = "not_read"
NOTHING: Final[Judgement] = (Outcome.ALLOW, CLEAR)
MOST_EVIDENCE: Final = 20
"""Matches told in full: the commonest registered name is shared by eight committees."""

_HINTS: Final = frozenset({Stated.EMPLOYER, Stated.EMAIL_DOMAIN})


def is_certain(match: Match) -> bool:
    """Whether a row was found by its official number, the one kind of match that may refuse (principle 3)."""
    return match.kind in {MatchKind.ID, MatchKind.EIN}


def counts(match: Match) -> bool:
    """Whether a match is enough to judge by.

    A number always is. A name is if it is near enough and may be the row's own: the sponsor of a committee
    is not the committee, and a generic name says nothing.
    """
    if is_certain(match) or match.kind is MatchKind.UNKNOWN_ID:
        return True
    return match.score >= HOLD_FROM and match.relation not in {Relation.RELATED, Relation.GENERIC}


def states_giver(match: Match) -> bool:
    """Whether a match tells who gives: an organisation's name, or a number in any field that names a giver.

    Names of persons, employers and e-mail domains are left to rule DS14.
    """
    if match.stated.what in _HINTS:
        return False
    return match.stated.of_organisation or is_certain(match) or match.kind is MatchKind.UNKNOWN_ID


class RegisterRule(PolicyRule):
    """A rule over some registers: the strictest judgement decides, and every match is told.

    A register that is not loaded is named in the evidence and holds nothing by itself: rule DS29 says which
    ones must be there.

    Attributes:
        registers: Kinds of the registers it reads; empty for all that are loaded.
        sought: What it looks for, as the evidence names it.
    """

    registers: ClassVar[tuple[str, ...]]
    sought: ClassVar[str] = "name"

    def concerns(self, match: Match) -> bool:
        """Whether a match is this rule's business: its registers, and a name or number of the giver."""
        return match.row is not None and match.row.kind in self.registers and states_giver(match)

    def judge(self, match: Match, policy: RulePolicy) -> Judgement:
        """Say what one match that counts comes to: a hold, unless the rule knows better."""
        del match, policy
        return Outcome.HOLD, LISTED

    def find(self, case: Case, policy: RulePolicy) -> Finding:
        """Judge each match that concerns the rule."""
        judged = [
            (match, self.judge(match, policy) if self.decides(match) else NOTHING)
            for match in case.matches
            if self.concerns(match)
        ]
        if not judged:
            return self._found_nothing(case, policy)
        outcome = strictest(answer for _, (answer, _) in judged)
        judged.sort(key=lambda one: one[1][0] is not outcome)
        match, (_, reason) = judged[0]
        found = self.answer(policy, outcome, reason, *self._told([match for match, _ in judged]))
        return replace(found, register=match.row, score=match.score)

    def decides(self, match: Match) -> bool:
        """Whether a match is judged at all; one that is not is told as evidence and allows."""
        return counts(match)

    def tell(self, match: Match) -> str:
        """Return the evidence of one match."""
        return match.evidence

    def _found_nothing(self, case: Case, policy: RulePolicy) -> Finding:
        if case.facts.failure is not None:
            return self.answer(
                policy, Outcome.ALLOW, NOT_READ, "The registers could not be read; rule DS29 answers."
            )
        loaded = [
            register
            for register in case.facts.registers
            if not self.registers or register.kind in self.registers
        ]
        reason = CLEAR if loaded else NOT_READ
        return self.answer(policy, Outcome.ALLOW, reason, *self._searched(case))

    def _searched(self, case: Case) -> Iterator[str]:
        for kind in self.registers or [register.kind for register in case.facts.registers]:
            register = case.facts.register(kind)
            if register is None:
                yield f"Register {kind} is not loaded."
            else:
                yield _none_among(register, self.sought)

    def _told(self, matches: Sequence[Match]) -> Iterator[str]:
        yield from map(self.tell, matches[:MOST_EVIDENCE])
        if len(matches) > MOST_EVIDENCE:
            yield f"{len(matches) - MOST_EVIDENCE} more matches are not told here."


@lru_cache(maxsize=256)
def _none_among(register: RegisterInForce, sought: str) -> str:
    """Say what nearly every rule says of nearly every gift, made once for a register in force."""
    return (
        f"Searched {register.row_count:,} rows of {register.kind} as of {register.as_of}: no such {sought}."
    )
