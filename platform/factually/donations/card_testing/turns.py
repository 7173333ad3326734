"""Who may try a card now, decided by one process at a time for all of them, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete, func, select, update

from factually.audit.journal import SYSTEM, JournalEntry, record
from factually.donations.card_testing.models import CardTurn
from factually.donations.card_testing.pacing import (
    GRACE,
    LONGEST_WAIT,
    LOOK_BACK,
    MINUTE,
    PAUSE,
    Queue,
    can_be_taken,
    goes_at_once,
    is_conspicuous,
    is_declining,
    next_moment,
)
from factually.foundation.errors import TooManyRequests

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Update
    from sqlalchemy.orm import Session

_LOCK: Final = 7_205_759_404
_HOUR: Final = timedelta(hours=1)
_DECLINES_OF_ONE_EMAIL: Final = 5
_DECLINES_OF_ONE_CARD: Final = 3
ALARM: Final = "cards.declining"
ALARM_SUBJECT: Final = "cards:all"
_ALARM_AGAIN_AFTER: Final = timedelta(minutes=30)
FORGET_AFTER: Final = timedelta(days=1)
_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Who wants to try a card on what; see `CardTurn` for the parts."""

    subject: str
    entry: str
    address: bytes
    email_index: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """A card has to wait: `has_turn` says that whoever comes back after so many seconds passes."""

    seconds: int
    has_turn: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """What banks said of the cards of the last `LOOK_BACK`."""

    count: int
    declined: int

    @property
    def declining(self) -> bool:
        """Whether that looks like card testing."""
        return is_declining(self.count, self.declined)


def lock_turns(session: Session) -> None:
    """Wait until no other process decides about turns; held to the end of the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def recent_answers(connection: Connection | Session, *, now: datetime) -> Answers:
    """Count what banks answered lately."""
    query = select(func.count(), func.count().filter(~CardTurn.paid)).where(
        CardTurn.answered_at > now - LOOK_BACK
    )
    count, declined = connection.execute(query).one()
    return Answers(count, declined)


def take_turn(session: Session, ask: Ask, *, now: datetime) -> Wait | None:
    """Let a card pass, or give it a turn; the caller holds `lock_turns`, and commits whatever the answer is.

    Returns:
        None where the card may go to Stripe now, else how long it has to wait.

    Raises:
        TooManyRequests: Too many cards were declined for this donor's address.
    """
    _check_email(session, ask, now)
    answers = recent_answers(session, now=now)
    if answers.declining:
        _raise_alarm(session, answers, now)
    queue = _queue_of(session, ask, now)
    turn = _turn_of(session, ask, queue, now)
    if goes_at_once(declining=answers.declining, unpaid=_unpaid_at_once(session, now)):
        turn.queue, turn.due_at, turn.passed_at = None, None, now
        return None
    _place(session, turn, queue, now)
    if turn.due_at is None:
        return Wait(int(LONGEST_WAIT.total_seconds()), has_turn=False)
    if can_be_taken(turn.due_at, now):
        turn.passed_at = now
        return None
    return Wait(ceil((turn.due_at - now).total_seconds()), has_turn=True)


def check_card(session: Session, subject: str, card_index: bytes | None, *, now: datetime) -> None:
    """Note which card is tried, now that Stripe has said.

    Raises:
        TooManyRequests: This card was declined too often within the hour, on whatever gift.
    """
    if card_index is None:
        return
    if _declines(session, CardTurn.card_index == card_index, now) >= _DECLINES_OF_ONE_CARD:
        raise TooManyRequests(
            "This card was declined several times. Please use another one: nothing was charged.", field="card"
        )
    session.execute(_unanswered(subject).values(card_index=card_index))


def answer_turn(session: Session, subject: str, *, paid: bool, now: datetime) -> None:
    """Write down whether a bank authorised the card that passed; a subject without a turn changes nothing."""
    session.execute(_unanswered(subject).values(paid=paid, answered_at=now))


def forget_turns(session: Session, *, now: datetime) -> None:
    """Forget turns after a day: no limit looks back that far."""
    session.execute(delete(CardTurn).where(CardTurn.asked_at < now - FORGET_AFTER))


def _queue_of(session: Session, ask: Ask, now: datetime) -> Queue:
    query = select(CardTurn.entry, CardTurn.asked_at, CardTurn.paid).where(
        CardTurn.address == ask.address, CardTurn.asked_at > now - _HOUR
    )
    rows = session.execute(query).all()
    unpaid = {row.entry for row in rows if row.asked_at > now - LONGEST_WAIT and not row.paid}
    declines = sum(row.paid is False for row in rows)
    conspicuous = is_conspicuous(cards=len(unpaid | {ask.entry}), declines=declines)
    return Queue.LAST if conspicuous else Queue.FIRST


def _turn_of(session: Session, ask: Ask, queue: Queue, now: datetime) -> CardTurn:
    """Return the card's own turn, to which the place of its address passes from whatever card had it."""
    waiting = select(CardTurn).where(CardTurn.passed_at.is_(None)).execution_options(populate_existing=True)
    query = waiting.where(CardTurn.entry == ask.entry).order_by(CardTurn.id.desc()).limit(1)
    own = session.execute(query).scalar_one_or_none()
    if own is None:
        own = CardTurn(subject=ask.subject, entry=ask.entry, email_index=ask.email_index)
        session.add(own)
    own.address, own.asked_at = ask.address, now
    session.flush()
    query = waiting.where(CardTurn.address == ask.address, CardTurn.due_at >= now - GRACE)
    for turn in session.execute(query).scalars().all():
        place = turn.queue, turn.due_at
        turn.queue, turn.due_at = None, None
        if queue is Queue.FIRST or place[0] == queue.value:
            own.queue, own.due_at = place
    session.flush()
    return own


def _place(session: Session, turn: CardTurn, queue: Queue, now: datetime) -> None:
    """Give the turn the earliest moment there is; a promised one is only ever replaced by an earlier one.

    A card that has paid keeps no distance to the next: the pause is there for those that don't.
    """
    promised = turn.due_at if turn.due_at is not None and turn.due_at >= now - GRACE else None
    if promised is not None and can_be_taken(promised, now):
        return
    query = select(CardTurn.due_at).where(
        CardTurn.id != turn.id,
        CardTurn.queue == queue.value,
        CardTurn.due_at > now - max(PAUSE[queue], GRACE),
        CardTurn.passed_at.is_not(None) | (CardTurn.due_at >= now - GRACE),
        CardTurn.paid.is_not(True),
    )
    taken = [moment for moment in session.execute(query).scalars() if moment is not None]
    moment = next_moment(queue, taken, now)
    if moment is None and promised is None:
        turn.queue, turn.due_at = None, None
    elif moment is not None and (promised is None or moment < promised):
        turn.queue, turn.due_at = queue.value, moment


def _unpaid_at_once(session: Session, now: datetime) -> int:
    query = select(func.count()).where(
        CardTurn.passed_at > now - MINUTE, CardTurn.queue.is_(None), CardTurn.paid.is_not(True)
    )
    return session.execute(query).scalar_one()


def _check_email(session: Session, ask: Ask, now: datetime) -> None:
    if _declines(session, CardTurn.email_index == ask.email_index, now) >= _DECLINES_OF_ONE_EMAIL:
        raise TooManyRequests(
            "Several cards were declined for this e-mail address. Nothing was charged; try again in an hour.",
            retry_after=int(_HOUR.total_seconds()),
        )


def _declines(session: Session, whose: ColumnElement[bool], now: datetime) -> int:
    query = select(func.count()).where(whose, ~CardTurn.paid, CardTurn.answered_at > now - _HOUR)
    return session.execute(query).scalar_one()


def _unanswered(subject: str) -> Update:
    return update(CardTurn).where(
        CardTurn.subject == subject, CardTurn.passed_at.is_not(None), CardTurn.paid.is_(None)
    )


def _raise_alarm(session: Session, answers: Answers, now: datetime) -> None:
    """Tell the journal and the log, once every half hour that it lasts."""
    told = select(JournalEntry.id).where(
        JournalEntry.subject == ALARM_SUBJECT,
        JournalEntry.event == ALARM,
        JournalEntry.at > now - _ALARM_AGAIN_AFTER,
    )
    if session.execute(told.limit(1)).first() is not None:
        return
    counts = {"answers": answers.count, "declined": answers.declined}
    record(session, actor=SYSTEM, event=ALARM, subject=ALARM_SUBJECT, now=now, details=counts)
    _LOG.error(ALARM, **counts)
