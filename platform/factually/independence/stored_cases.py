"""Puts the case of a stored screening together again, for a replay, a backtest, or whoever asks why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factually.independence.deciding import decide, hold_for_failure
from factually.independence.facts import facts_from_json
from factually.independence.publishing import published_policy
from factually.independence.rules.rule import Case
from factually.independence.screening import find_matches
from factually.independence.subjects import subject_from_canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from factually.independence.deciding import Decision


def stored_case(session: Session, inputs: str, facts: Mapping[str, Any]) -> Case:
    """Return what the rules saw, from opened inputs and stored facts.

    The names are looked up in the register versions of then; an index that is no longer there is built first.
    """
    subject, known = subject_from_canonical(inputs), facts_from_json(facts)
    return Case(subject=subject, matches=find_matches(session, subject, known, wait=True), facts=known)


def decide_as_then(session: Session, case: Case, policy_version: str | None) -> Decision:
    """Decide under the policy that was in force; None is a screening that failed before it had one.

    Raises:
        NotFound: No such policy version.
        DamagedPolicy: What is stored is not what was published.
    """
    if policy_version is None:
        return hold_for_failure(case.facts.failure or "")
    return decide(case, published_policy(session, policy_version))
