"""Limits above which a donor is asked for more, shared by the rules that ask (DS19, DS20) and wait (DS21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.independence.rules.counting import year_total
from factually.independence.rules.parameters import whole_number
from factually.independence.rules.stating import missing_identity, missing_work

if TYPE_CHECKING:
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.rule import Case

IDENTITY_ABOVE: Final = whole_number("identity_above_minor")
WORK_ABOVE_YEAR: Final = whole_number("work_above_year_minor")


def identity_asked(case: Case, policy: RulePolicy) -> bool:
    """Whether one gift is large enough to ask for name and address (52 USC 30102(c) counts each gift)."""
    return case.subject.amount.minor > IDENTITY_ABOVE.of(policy)


def work_asked(case: Case, policy: RulePolicy) -> bool:
    """Whether the year's total is large enough to ask for occupation and employer too (11 CFR 104.7)."""
    return year_total(case).minor > WORK_ABOVE_YEAR.of(policy)


def missing_details(case: Case, policy: RulePolicy) -> tuple[str, ...]:
    """Return what is asked for, by either limit, and not there."""
    subject = case.subject
    asked_work = work_asked(case, policy)
    identity = missing_identity(subject) if asked_work or identity_asked(case, policy) else ()
    return identity + (missing_work(subject) if asked_work else ())
