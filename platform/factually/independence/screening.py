"""Screens a gift under the policy in force, and keeps the decision with all it takes to replay it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import structlog

from factually.foundation.errors import DomainError
from factually.foundation.identifiers import new_id
from factually.independence.deciding import decide, hold_for_failure
from factually.independence.facts import Facts
from factually.independence.matching import stated_names
from factually.independence.models import Screening, ScreeningFinding
from factually.independence.publishing import policy_in_force
from factually.independence.queries import clearance
from factually.independence.registers.engine import ENGINE, matcher_over
from factually.independence.registers.in_force import registers_in_force
from factually.independence.results import Clearance, ScreeningResult
from factually.independence.rules.rule import Case
from factually.independence.sealing import INPUTS_HASH, detail_place, inputs_place

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.independence.deciding import Decision
    from factually.independence.facts import GivingHistory
    from factually.independence.matching import Match
    from factually.independence.policy import Policy
    from factually.independence.subjects import ScreeningSubject

__all__ = [
    "Clearance",
    "ScreeningResult",
    "clearance",
    "screen",
]  # all that a package above needs to take a gift

_LOG = structlog.get_logger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True)
class _Fault:
    reason: str


@dataclass(frozen=True, kw_only=True)
class _Judgement:
    policy: Policy | None
    facts: Facts
    decision: Decision


def screen(  # noqa: PLR0913 - each is told once, by name; a record around them would only be unpacked here
    session: Session,
    subject: ScreeningSubject,
    *,
    gift_id: uuid.UUID,
    keyring: Keyring,
    now: datetime,
    history: GivingHistory | None = None,
) -> ScreeningResult:
    """Decide on a gift and store the decision in the caller's transaction.

    `history` is what other gifts tell about this one, None where nobody counted.

    A fault while reading the policy or the registers, or in a rule, is a hold under DS29, never an exception.
    Only where the decision itself can't be stored does this raise; then the caller's transaction is lost too,
    and with it the gift's next step.
    """
    judgement = _judge(session, subject, Facts(now=now, history=history))
    policy, decision = judgement.policy, judgement.decision
    screening_id = new_id()
    inputs = subject.canonical()
    session.add(
        Screening(
            id=screening_id,
            gift_id=gift_id,
            stage=subject.stage.value,
            policy_version=None if policy is None else policy.version,
            matcher=ENGINE,
            facts=dict(judgement.facts.as_json()),
            inputs=keyring.encrypt(inputs, inputs_place(screening_id)),
            inputs_hash=keyring.blind_index(inputs, INPUTS_HASH),
            outcome=decision.outcome.value,
            created_at=now,
        )
    )
    session.flush()
    _store_findings(session, screening_id, decision, keyring)
    return ScreeningResult(
        id=screening_id,
        gift_id=gift_id,
        stage=subject.stage,
        outcome=decision.outcome,
        policy_version=None if policy is None else policy.version,
        facts=judgement.facts,
        findings=decision.findings,
        created_at=now,
    )


def _store_findings(session: Session, screening_id: uuid.UUID, decision: Decision, keyring: Keyring) -> None:
    session.add_all(
        ScreeningFinding(
            screening_id=screening_id,
            position=position,
            rule_id=finding.rule_id,
            outcome=finding.outcome.value,
            reason_text=finding.reason_text,
            detail=keyring.encrypt(json.dumps(finding.detail()), detail_place(screening_id, position)),
        )
        for position, finding in enumerate(decision.findings)
    )
    session.flush()


def find_matches(
    session: Session, subject: ScreeningSubject, facts: Facts, *, wait: bool = False
) -> tuple[Match, ...]:
    """Look the subject's names up in the registers that the facts name; none if those could not be read.

    Args:
        session: Transaction of the caller.
        subject: What was stated.
        facts: The register versions to look in.
        wait: Build a missing index first, for a command.

    Raises:
        IndexDamaged: An index is missing or damaged on this machine; it is being built from now on.
    """
    if facts.failure is not None:
        return ()
    return tuple(matcher_over(session, facts.registers, wait=wait).find(stated_names(subject)))


def _judge(session: Session, subject: ScreeningSubject, known: Facts) -> _Judgement:
    read = _attempt(session, lambda: _read_registers(session, subject, known))
    facts, matches = (replace(known, failure=read.reason), ()) if isinstance(read, _Fault) else read
    judgement = _attempt(
        session, lambda: _apply_policy(session, Case(subject=subject, matches=matches, facts=facts))
    )
    if isinstance(judgement, _Fault):
        failed = replace(facts, failure=judgement.reason)
        return _Judgement(policy=None, facts=failed, decision=hold_for_failure(judgement.reason))
    return judgement


def _read_registers(
    session: Session, subject: ScreeningSubject, known: Facts
) -> tuple[Facts, tuple[Match, ...]]:
    facts = replace(known, registers=registers_in_force(session))
    return facts, find_matches(session, subject, facts)


def _apply_policy(session: Session, case: Case) -> _Judgement:
    policy = policy_in_force(session, case.facts.now)
    return _Judgement(policy=policy, facts=case.facts, decision=decide(case, policy))


def _attempt(session: Session, step: Callable[[], _T]) -> _T | _Fault:
    """Run one step of a screening behind a savepoint, and answer with the fault where it fails.

    The one place that catches everything: whatever breaks here, known or not, has to hold the gift and be
    recorded, where an exception would leave it to each caller to remember that (DESIGN section 2, promise 1).
    """
    try:
        with session.begin_nested():
            return step()
    except DomainError as error:
        _LOG.warning("screening.failed", error=error.code)
        return _Fault(error.message)
    except Exception as error:  # noqa: BLE001 - see above; the message is kept out, as it can hold the donor's name
        _LOG.error("screening.failed", error=type(error).__name__)
        return _Fault(f"{type(error).__name__}.")
