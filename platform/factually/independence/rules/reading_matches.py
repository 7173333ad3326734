"""How a rule that reads register matches comes to its one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.independence.findings import Finding
from factually.independence.outcomes import Outcome, strictest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.independence.matching import Match
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

MOST_EVIDENCE: Final = 20
"""Matches told in full: the commonest registered name is shared by eight committees."""


def finding_from_matches(
    case: Case,
    policy: RulePolicy,
    *,
    reads: tuple[str, ...],
    judged: Sequence[tuple[Match, Outcome, str]],
) -> Finding:
    """Return the strictest judgement with the first match that led to it, and tell every match.

    Args:
        case: The case at hand.
        policy: The rule's own part of the policy, holding the sentences.
        reads: Fields of the subject that were read.
        judged: Each match with its outcome and the name of its public sentence.
    """
    if not judged:
        searched = tuple(
            f"Searched {register.row_count:,} rows of {register.kind} as of {register.as_of}: no such name."
            for register in case.facts.registers
        )
        failed = case.facts.failure is not None
        return Finding(
            rule_id=policy.id,
            outcome=Outcome.ALLOW,
            reads=reads,
            reason_text=policy.reasons["not_read" if failed else "clear"],
            evidence=("The registers could not be read; rule DS29 answers.",) if failed else searched,
        )
    outcome = strictest(answer for _, answer, _ in judged)
    match, _, reason = next(one for one in judged if one[1] is outcome)
    evidence = tuple(one.evidence for one, _, _ in judged[:MOST_EVIDENCE])
    if len(judged) > MOST_EVIDENCE:
        evidence += (f"{len(judged) - MOST_EVIDENCE} more matches are not told here.",)
    return Finding(
        rule_id=policy.id,
        outcome=outcome,
        reads=reads,
        reason_text=policy.reasons[reason],
        register=match.row,
        score=match.score,
        evidence=evidence,
    )
