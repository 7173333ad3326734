"""Reads screenings and decisions for those who may see them; whoever shows evidence journals the look."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from factually.independence.facts import facts_from_json
from factually.independence.findings import Finding, RegisterRow
from factually.independence.models import (
    GiftDecision,
    RegisterRetrieval,
    RegisterVersion,
    Screening,
    ScreeningFinding,
)
from factually.independence.outcomes import Outcome
from factually.independence.results import (
    Clearance,
    KnownRegisterVersion,
    RecordedDecision,
    ScreeningResult,
    Verdict,
)
from factually.independence.sealing import detail_place, reason_place
from factually.independence.subjects import Stage

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring

_CLEARING: Final = frozenset({Stage.AFTER_AUTHORISATION, Stage.RENEWAL})
"""Stages at which all that will ever be known of a gift is known."""


def screenings_of(
    session: Session | Connection, gift_id: uuid.UUID, *, keyring: Keyring
) -> tuple[ScreeningResult, ...]:
    """Return all screenings of a gift with their evidence, oldest first."""
    rows = session.execute(
        select(
            Screening.id,
            Screening.stage,
            Screening.outcome,
            Screening.policy_version,
            Screening.facts,
            Screening.created_at,
        )
        .where(Screening.gift_id == gift_id)
        .order_by(Screening.number)
    ).all()
    findings = stored_findings(session, [row.id for row in rows], keyring)
    return tuple(
        ScreeningResult(
            id=id_,
            gift_id=gift_id,
            stage=Stage(stage),
            outcome=Outcome(outcome),
            policy_version=policy_version,
            facts=facts_from_json(facts),
            findings=findings[id_],
            created_at=created_at,
        )
        for id_, stage, outcome, policy_version, facts, created_at in rows
    )


def latest_outcomes(
    session: Session | Connection, gift_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Outcome]:
    """Return the outcome of each gift's last screening, for lists; a gift never screened is left out."""
    latest = (
        select(Screening.gift_id, Screening.outcome)
        .where(Screening.gift_id.in_(gift_ids))
        .ext(distinct_on(Screening.gift_id))
        .order_by(Screening.gift_id, Screening.number.desc())
    )
    return {gift_id: Outcome(outcome) for gift_id, outcome in session.execute(latest)}


def stored_findings(
    session: Session | Connection, screening_ids: Collection[uuid.UUID], keyring: Keyring
) -> dict[uuid.UUID, tuple[Finding, ...]]:
    """Return the findings of each screening in the order its policy gave, with their sealed detail opened.

    Raises:
        DamagedCiphertext: A stored detail was altered or moved.
    """
    rows = session.execute(
        select(
            ScreeningFinding.screening_id,
            ScreeningFinding.position,
            ScreeningFinding.rule_id,
            ScreeningFinding.outcome,
            ScreeningFinding.reason_text,
            ScreeningFinding.detail,
        )
        .where(ScreeningFinding.screening_id.in_(screening_ids))
        .order_by(ScreeningFinding.screening_id, ScreeningFinding.position)
    )
    findings: dict[uuid.UUID, tuple[Finding, ...]] = dict.fromkeys(screening_ids, ())
    for screening_id, position, rule_id, outcome, reason_text, sealed in rows:
        detail = json.loads(keyring.decrypt(sealed, detail_place(screening_id, position)))
        register = detail["register"]
        finding = Finding(
            rule_id=rule_id,
            outcome=Outcome(outcome),
            reads=tuple(detail["reads"]),
            reason_text=reason_text,
            register=None if register is None else RegisterRow(**register),
            score=detail["score"],
            evidence=tuple(detail["evidence"]),
        )
        findings[screening_id] += (finding,)
    return findings


def known_register_versions(session: Session | Connection) -> tuple[KnownRegisterVersion, ...]:
    """Return all register versions, the newest of each kind first, with the last time each was retrieved."""
    rows = session.execute(
        select(
            RegisterVersion.kind,
            RegisterVersion.id,
            RegisterVersion.as_of,
            RegisterVersion.row_count,
            RegisterVersion.sha256,
            RegisterVersion.source,
            func.max(RegisterRetrieval.retrieved_at),
        )
        .join(RegisterRetrieval, RegisterRetrieval.version_id == RegisterVersion.id)
        .group_by(RegisterVersion.id)
        .order_by(RegisterVersion.kind, RegisterVersion.id.desc())
    )
    return tuple(KnownRegisterVersion(*row) for row in rows)


def decision_of(
    session: Session | Connection, gift_id: uuid.UUID, *, keyring: Keyring
) -> RecordedDecision | None:
    """Return the human decision on a gift with its reason, None while there is none."""
    row = session.execute(
        select(
            GiftDecision.id,
            GiftDecision.screening_id,
            GiftDecision.policy_version,
            GiftDecision.verdict,
            GiftDecision.reviewer_id,
            GiftDecision.reason,
            GiftDecision.decided_at,
        ).where(GiftDecision.gift_id == gift_id)
    ).one_or_none()
    if row is None:
        return None
    id_, screening_id, policy_version, verdict, reviewer_id, reason, decided_at = row
    return RecordedDecision(
        id=id_,
        gift_id=gift_id,
        screening_id=screening_id,
        policy_version=policy_version,
        verdict=Verdict(verdict),
        reviewer_id=reviewer_id,
        reason=keyring.decrypt(reason, reason_place(id_)),
        decided_at=decided_at,
    )


def clearance(session: Session | Connection, gift_id: uuid.UUID) -> Clearance:
    """Say whether a gift may be captured.

    Cleared are an allow once the card was known (after authorisation, or at a renewal, DS28) and a held gift
    that a human accepted. A refusal by the rules denies even then: it rests on evidence the human did not
    have (DESIGN section 2, promise 1). An allow after a register changed takes nothing back and clears
    nothing: what was cleared before still is.
    """
    newest_first = (
        select(Screening.outcome, Screening.stage)
        .where(Screening.gift_id == gift_id)
        .order_by(Screening.number.desc())
        .limit(1)
    )
    latest = session.execute(newest_first).one_or_none()
    if latest is None:
        return Clearance.WAITING
    outcome, stage = latest
    if outcome == Outcome.REFUSE:
        return Clearance.DENIED
    verdict = session.execute(
        select(GiftDecision.verdict).where(GiftDecision.gift_id == gift_id)
    ).scalar_one_or_none()
    if verdict is not None:
        return Clearance.CLEARED if verdict == Verdict.ACCEPT else Clearance.DENIED
    if (outcome, stage) == (Outcome.ALLOW, Stage.RESCREENING):
        of_gift = session.execute(newest_first.where(Screening.stage != Stage.RESCREENING.value))
        outcome, stage = of_gift.one()
    if outcome == Outcome.ALLOW and stage in _CLEARING:
        return Clearance.CLEARED
    return Clearance.WAITING
