"""What a changed register does to gifts: taken money gets a case and a clock, held money goes on waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from factually.audit.journal import SYSTEM, Actor, record
from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.donations.models import Gift
from factually.donations.monthly.suspending import follow_ruling, suspend
from factually.donations.progress import Step, instruct, lock_gift, settle_soon
from factually.donations.queries import gift_by_public_id
from factually.donations.refunds.returning import return_gift
from factually.donations.steps import Instruction, ReleaseReason
from factually.foundation.errors import Unavailable
from factually.independence.outcomes import Outcome
from factually.independence.queries import screenings_of
from factually.independence.rescreening.cases import (
    Settlement,
    new_doubts,
    open_cases,
    settle,
)
from factually.independence.rescreening.judging import is_told_by
from factually.independence.rescreening.models import Remedy
from factually.independence.screening import screen

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.foundation.money import Money
    from factually.independence.rescreening.donors import PastDonor
    from factually.independence.rescreening.judging import Doubt, Judge
    from factually.independence.screening import ScreeningResult

KEPT_STATES: Final = TAKEN_STATES - {GiftState.REFUNDED, GiftState.LOST}
"""States in which money of the donor is with us, or comes back to us when a dispute is won."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """One step of a run: which run it is, by whose keys records open, and when."""

    run_id: int
    keyring: Keyring
    now: datetime


@dataclass(frozen=True, kw_only=True)
class DoubtRuling:
    """What a reviewer says of taken money in doubt; the reason has at least ten characters.

    From `second_from` on a refund waits for a second person.
    """

    remedy: Remedy
    reason: str
    reviewer_id: uuid.UUID
    second_from: Money


def screen_again(session: Session, donors: Sequence[PastDonor], judge: Judge, step: Pass) -> int:
    """Decide again on the gifts of past donors, and act on those that would not pass today.

    A gift that passes leaves no row: only what is stricter than before is news.

    Returns:
        How many cases were opened, and how many waiting gifts were judged more strictly.

    Raises:
        Unavailable: A gift could not be screened as it should be; the caller's transaction must not commit.
    """
    in_question = _in_question(session, [donor.gift_id for donor in donors])
    found = 0
    for donor in donors:
        if donor.gift_id in in_question and (doubts := judge.doubts(donor)):
            found += _act(session, donor, doubts, step)
    return found


def stop_what_goes_on(session: Session, gift: Gift, outcome: Outcome, *, now: datetime) -> None:
    """Stop what would go on by itself for a donor who is now in doubt: a hold on the card that may be taken.

    A refusal lets the hold go. A held gift waits for a person as before, with the new finding before them.
    Where money was taken the donor's monthly gifts are charged no more until a person has decided (DS28).
    """
    if not _waits(gift):
        suspend(session, gift, step=Step(SYSTEM, now))
    elif outcome is Outcome.REFUSE:
        instruct(gift, Instruction.RELEASE, ReleaseReason.REFUSED_BY_POLICY, step=Step(SYSTEM, now))
        settle_soon(session, gift.id)


def settle_doubt(
    session: Session, public_id: str, ruling: DoubtRuling, *, keyring: Keyring, now: datetime
) -> None:
    """Record whether taken money in doubt is kept or given back; a refund goes the way of all refunds.

    Where it can't be asked for yet, since a bank has the money, the sweep does it later.

    Raises:
        NotFound: No such gift.
        Conflict: No case of it is open.
        InvalidInput: The reason is too short.
    """
    step = Step(Actor("account", str(ruling.reviewer_id)), now)
    gift = lock_gift(session, gift_by_public_id(session, public_id).id)
    settlement = Settlement(
        gift_id=gift.id, remedy=ruling.remedy, reviewer_id=ruling.reviewer_id, reason=ruling.reason
    )
    cases = settle(session, settlement, keyring=keyring, now=now)
    record(
        session,
        actor=step.actor,
        event=f"gift.doubt_{ruling.remedy.value}",
        subject=f"gift:{gift.id}",
        now=now,
        details={"cases": [str(case_id) for case_id in cases]},
    )
    follow_ruling(session, gift, ruling.remedy, step=step)
    if ruling.remedy is Remedy.RETURN:
        return_gift(session, gift.id, second_from=ruling.second_from, keyring=keyring, now=now)


def _in_question(session: Session, gift_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return the gifts whose money we have or are about to take; the others can't come into doubt."""
    kept = Gift.state.in_([state.value for state in KEPT_STATES])
    held = (Gift.state == GiftState.HELD.value) & Gift.instruction.is_(None)
    taking = Gift.state.in_([GiftState.AUTHORISED.value, GiftState.HELD.value]) & (
        Gift.instruction == Instruction.CAPTURE.value
    )
    return set(session.scalars(select(Gift.id).where(Gift.id.in_(gift_ids), or_(kept, held, taking))))


def _act(session: Session, donor: PastDonor, doubts: Sequence[Doubt], step: Pass) -> int:
    gift = lock_gift(session, donor.gift_id)
    if _waits(gift):
        return _judge_waiting(session, gift, donor, doubts, step)
    if gift.instruction == Instruction.RELEASE.value:
        return 0
    news = new_doubts(session, gift.id, doubts, keyring=step.keyring)
    if not news:
        return 0
    result = _screen(session, donor, step)
    record(
        session,
        actor=SYSTEM,
        event="gift.in_doubt",
        subject=f"gift:{gift.id}",
        now=step.now,
        details={"run": step.run_id, "screening": str(result.id)},
    )
    stop_what_goes_on(session, gift, result.outcome, now=step.now)
    return open_cases(session, result, news, run_id=step.run_id, keyring=step.keyring)


def _judge_waiting(
    session: Session, gift: Gift, donor: PastDonor, doubts: Sequence[Doubt], step: Pass
) -> int:
    """Put a fresh screening before whoever decides a held gift, where it names a row they haven't seen."""
    seen = screenings_of(session, gift.id, keyring=step.keyring)[-1].findings
    if all(is_told_by(doubt.row, seen) for doubt in doubts):
        return 0
    result = _screen(session, donor, step)
    stop_what_goes_on(session, gift, result.outcome, now=step.now)
    return 1


def _waits(gift: Gift) -> bool:
    return gift.state == GiftState.HELD and gift.instruction is None


def _screen(session: Session, donor: PastDonor, step: Pass) -> ScreeningResult:
    result = screen(
        session,
        donor.subject,
        gift_id=donor.gift_id,
        keyring=step.keyring,
        now=step.now,
        history=donor.history,
    )
    if result.facts.failure is not None:
        raise Unavailable("The screening failed; it is tried again.")
    return result
