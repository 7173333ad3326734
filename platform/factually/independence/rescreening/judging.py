"""Decides on past donors as on a gift of today, and names the register rows that speak against one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from factually.independence.deciding import decide
from factually.independence.facts import Facts
from factually.independence.matching import stated_names
from factually.independence.outcomes import Outcome
from factually.independence.publishing import policy_in_force
from factually.independence.registers.engine import matcher_over
from factually.independence.registers.in_force import registers_in_force
from factually.independence.rules.rule import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.independence.findings import Finding, RegisterRow
    from factually.independence.matching import Matcher, StatedName
    from factually.independence.policy import Policy
    from factually.independence.rescreening.donors import PastDonor


@dataclass(frozen=True)
class Doubt:
    """A register row for which a rule would not let a donor's gift pass today."""

    rule_id: str
    row: RegisterRow


class Judge:
    """A policy, registers and an engine, by which donors are decided on; nothing is stored."""

    def __init__(self, policy: Policy, facts: Facts, matcher: Matcher) -> None:
        self._policy = policy
        self._facts = facts
        self._matcher = matcher

    def doubts(self, donor: PastDonor) -> tuple[Doubt, ...]:
        """Return each row that speaks against a donor, also those that stand behind a stronger one.

        A rule names one row. With that row left out it may name another, which would otherwise be found only
        after a person has settled the first. What a rule finds without a row is no news from a register.
        """
        return tuple(self._doubts(donor))

    def _doubts(self, donor: PastDonor) -> Iterator[Doubt]:
        subject = donor.subject
        case = Case(
            subject=subject,
            matches=self._matcher.find(_different(stated_names(subject))),
            facts=replace(self._facts, history=donor.history),
        )
        while case.matches:
            found = [
                Doubt(finding.rule_id, finding.register)
                for finding in decide(case, self._policy).findings
                if finding.outcome is not Outcome.ALLOW and finding.register is not None
            ]
            if not found:
                return
            yield from {doubt.row: doubt for doubt in reversed(found)}.values()
            named = {doubt.row for doubt in found}
            case = replace(case, matches=[match for match in case.matches if match.row not in named])


def _different(stated: Iterable[StatedName]) -> list[StatedName]:
    """Leave out what was said twice: most people pay under the name they give."""
    return list({(name.what, name.text.casefold()): name for name in stated}.values())


def judge_in_force(session: Session, *, now: datetime) -> Judge:
    """Return the judge over what is in force.

    Raises:
        DomainError: No policy is in force, or an index is not there: nobody is judged before it is.
    """
    facts = Facts(now=now, registers=registers_in_force(session))
    return Judge(policy_in_force(session, now), facts, matcher_over(session, facts.registers, wait=True))


def is_told_by(row: RegisterRow, findings: tuple[Finding, ...]) -> bool:
    """Tell whether findings name a row, in whichever version of its register."""
    return any(
        (
            finding.register is not None
            and (finding.register.kind, finding.register.key) == (row.kind, row.key)
        )
        or any(f"(id {row.key}," in sentence for sentence in finding.evidence)
        for finding in findings
    )
