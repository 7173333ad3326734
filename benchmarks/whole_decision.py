"""The whole decision on one name, matching and rules, as the site makes it, but for storing it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from factually.foundation.money import Money
from factually.independence.deciding import Decision, decide
from factually.independence.facts import Facts, GivingHistory, RegisterInForce
from factually.independence.matching import stated_names
from factually.independence.policy import parse_policy
from factually.independence.publishing import packaged_policy
from factually.independence.registers.kinds import FEC_COMMITTEES
from factually.independence.rules.rule import Case
from factually.independence.subjects import Capacity, ScreeningSubject, Stage

if TYPE_CHECKING:
    from factually.independence.matching import Matcher

NOW: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_POLICY: Final = parse_policy(packaged_policy())


def register_of(row_count: int) -> RegisterInForce:
    """Return a register in force with so many rows."""
    return RegisterInForce(
        kind=FEC_COMMITTEES, version_id=1, as_of=date(2026, 11, 24), retrieved_at=NOW, row_count=row_count
    )


class WholeDecision:
    """Decides on the gift of an organisation by its name, under the policy that ships with the package."""

    def __init__(self, matcher: Matcher, register: RegisterInForce) -> None:
        self._matcher = matcher
        self._facts = Facts(now=NOW, registers=(register,), history=GivingHistory())

    def search(self, name: str) -> Decision:
        """Decide on one name."""
        subject = ScreeningSubject(
            stage=Stage.BEFORE_AUTHORISATION,
            capacity=Capacity.ORGANISATION,
            political_group=False,
            donor_name="",
            organisation_name=name,
            email="",
            amount=Money(500, "USD"),
        )
        matches = self._matcher.find(stated_names(subject))
        return decide(Case(subject=subject, matches=matches, facts=self._facts), _POLICY)

    def cpu_seconds(self) -> float:
        """Return this process's own seconds, all threads."""
        return time.process_time()
