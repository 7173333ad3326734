"""Tells which gifts of a period a draft policy would have decided otherwise; stores nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from factually.foundation.crypto import DamagedCiphertext
from factually.independence.deciding import decide, deciding_finding
from factually.independence.models import Screening, ScreeningFinding
from factually.independence.outcomes import Outcome
from factually.independence.sealing import inputs_place
from factually.independence.stored_cases import decide_as_then, stored_case
from factually.independence.subjects import Stage

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.independence.deciding import Decision
    from factually.independence.policy import Policy

BATCH: Final = 200
"""Screenings held in memory at a time, each with its sealed inputs."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """From one moment up to another, which is left out."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class RuleChange:
    """One rule's answer then and under the draft; a rule that did not stand in a policy allowed."""

    rule_id: str
    before: Outcome
    after: Outcome


@dataclass(frozen=True, kw_only=True)
class BacktestedGift:
    """A gift's last screening in the period, decided again; it holds nothing of what the donor said.

    Attributes:
        screening_id: The stored screening.
        stage: When it was made in the life of the gift.
        before: What was decided then.
        after: What the draft decides; None where the stored inputs can't be opened any more.
        changes: The rules that answer otherwise.
        reason: The draft's public sentence for the donor; None where it allows.
        drifted: Whether its own policy comes to another outcome today as well: what differs may be the
            matching, not the draft.
    """

    screening_id: uuid.UUID
    stage: Stage
    before: Outcome
    after: Outcome | None
    changes: tuple[RuleChange, ...] = ()
    reason: str | None = None
    drifted: bool = False

    @property
    def otherwise(self) -> bool:
        """Whether the draft decides otherwise."""
        return self.after is not self.before


def count_gifts(session: Session, period: Period) -> int:
    """Return how many gifts `backtest` will decide again."""
    return session.execute(select(func.count()).where(_last_of_gift(period))).scalar_one()


def backtest(
    session: Session, draft: Policy, period: Period, *, keyring: Keyring
) -> Iterator[BacktestedGift]:
    """Decide the last screening of each gift in a period again under a draft, oldest first.

    The last one knows most of a gift, and a gift counts once. Inputs, facts and register versions are those
    stored with it. Reads in batches, so memory does not grow with the period.
    """
    last = -1
    while batch := _read_batch(session, period, last):
        answers = _stored_answers(session, [screening.id for screening in batch])
        for screening in batch:
            yield _decide_again(session, draft, screening, answers[screening.id], keyring=keyring)
        last = batch[-1].number


@dataclass(frozen=True)
class _Stored:
    id: uuid.UUID
    number: int
    stage: str
    policy_version: str | None
    facts: Mapping[str, Any]
    inputs: bytes
    outcome: str


def _read_batch(session: Session, period: Period, after: int) -> Sequence[_Stored]:
    rows = session.execute(
        select(
            Screening.id,
            Screening.number,
            Screening.stage,
            Screening.policy_version,
            Screening.facts,
            Screening.inputs,
            Screening.outcome,
        )
        .where(_last_of_gift(period), Screening.number > after)
        .order_by(Screening.number)
        .limit(BATCH)
    )
    return [_Stored(*row) for row in rows]


def _last_of_gift(period: Period) -> ColumnElement[bool]:
    later = aliased(Screening)
    return and_(
        Screening.created_at >= period.start,
        Screening.created_at < period.end,
        ~exists().where(
            later.gift_id == Screening.gift_id,
            later.number > Screening.number,
            later.created_at < period.end,
        ),
    )


def _stored_answers(
    session: Session, screening_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, Mapping[str, Outcome]]:
    answers: dict[uuid.UUID, dict[str, Outcome]] = {screening_id: {} for screening_id in screening_ids}
    rows = session.execute(
        select(ScreeningFinding.screening_id, ScreeningFinding.rule_id, ScreeningFinding.outcome)
        .where(ScreeningFinding.screening_id.in_(screening_ids))
        .order_by(ScreeningFinding.screening_id, ScreeningFinding.position)
    )
    for screening_id, rule_id, outcome in rows:
        answers[screening_id][rule_id] = Outcome(outcome)
    return answers


def _decide_again(
    session: Session, draft: Policy, screening: _Stored, stored: Mapping[str, Outcome], *, keyring: Keyring
) -> BacktestedGift:
    before = Outcome(screening.outcome)
    unopened = BacktestedGift(
        screening_id=screening.id, stage=Stage(screening.stage), before=before, after=None
    )
    try:
        inputs = keyring.decrypt(screening.inputs, inputs_place(screening.id))
    except DamagedCiphertext:
        return unopened
    case = stored_case(session, inputs, screening.facts)
    decision = decide(case, draft)
    finding = deciding_finding(decision.outcome, decision.findings)
    return replace(
        unopened,
        after=decision.outcome,
        changes=tuple(_changes(stored, decision)),
        reason=None if finding is None else finding.reason_text,
        drifted=decide_as_then(session, case, screening.policy_version).outcome is not before,
    )


def _changes(stored: Mapping[str, Outcome], decision: Decision) -> Iterator[RuleChange]:
    drafted = {finding.rule_id: finding.outcome for finding in decision.findings}
    for rule_id in {**drafted, **stored}:
        before, after = (answers.get(rule_id, Outcome.ALLOW) for answers in (stored, drafted))
        if before is not after:
            yield RuleChange(rule_id=rule_id, before=before, after=after)
