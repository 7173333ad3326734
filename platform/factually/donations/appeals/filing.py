"""A donor files an appeal: one open at a time, sealed, with its day of answer, and a journal entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.audit.journal import Actor, record
from factually.donations.appeals.models import Appeal, statement_place
from factually.donations.appeals.queries import appeals_of
from factually.donations.appeals.terms import (
    ANSWER_TIME,
    LENGTH_SENTENCE,
    LONGEST_STATEMENT,
    MOST_APPEALS,
    SHORTEST_STATEMENT,
    Finding,
    contestable,
)
from factually.donations.progress import lock_gift
from factually.donations.queries import gift_by_public_id
from factually.foundation.errors import Conflict, InvalidInput
from factually.foundation.identifiers import new_id
from factually.web.page_cache import announce_change

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.models import Gift
    from factually.foundation.crypto import Keyring


def may_contest(gift: Gift, appeals: Sequence[Appeal]) -> bool:
    """Tell whether the donor may file now: a decision stands, none is waiting, and not all are used up."""
    return contestable(gift) and len(appeals) < MOST_APPEALS and all(map(_lets_another, appeals))


def file_appeal(
    session: Session, public_id: str, statement: str, *, keyring: Keyring, now: datetime
) -> Appeal:
    """Keep what the donor says against the decision on a gift.

    The gift's row is locked, so that two clicks are one appeal; nothing about the gift changes, and a hold
    ends when it would have ended anyway.

    Raises:
        InvalidInput: The statement is too short or too long.
        NotFound: No such gift.
        Conflict: An appeal is open or answered for good, or nothing stands against the gift.
    """
    words = statement.strip()
    if not SHORTEST_STATEMENT <= len(words) <= LONGEST_STATEMENT:
        raise InvalidInput(LENGTH_SENTENCE, field="statement")
    gift = lock_gift(session, gift_by_public_id(session, public_id).id)
    earlier = appeals_of(session, gift.id)
    if not may_contest(gift, earlier):
        raise Conflict("There is nothing to contest about this gift now.")
    appeal_id = new_id()
    appeal = Appeal(
        id=appeal_id,
        gift_id=gift.id,
        number=len(earlier) + 1,
        statement=keyring.encrypt(words, statement_place(appeal_id)),
        filed_at=now,
        answer_by=now + ANSWER_TIME,
    )
    session.add(appeal)
    announce_change(session)
    record(
        session,
        actor=Actor("donor", public_id),
        event="gift.contested",
        subject=f"gift:{gift.id}",
        now=now,
        details={"appeal": str(appeal_id)},
    )
    return appeal


def _lets_another(appeal: Appeal) -> bool:
    return appeal.finding == Finding.UPHELD.value
