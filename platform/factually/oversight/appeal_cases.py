"""Opens one appeal with the donor's words; as with a case, the look is journalled first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factually.audit.journal import record
from factually.donations.appeals.models import reason_place, statement_place
from factually.donations.appeals.queries import appeals_of, has_judged
from factually.donations.donor_records import is_erased
from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.donations.queries import gift_by_public_id
from factually.foundation.crypto import DamagedCiphertext
from factually.foundation.errors import NotFound
from factually.independence.queries import decision_of
from factually.oversight.read_models import account_names
from factually.oversight.timeline import LOOK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from factually.donations.appeals.models import Appeal
    from factually.donations.models import Gift
    from factually.foundation.crypto import Keyring
    from factually.independence.results import RecordedDecision
    from factually.oversight.cases import Look


@dataclass(frozen=True, kw_only=True)
class OpenedAppeal:
    """One appeal, opened.

    Attributes:
        row: The appeal, its words still sealed.
        statement: The donor's words; None where they no longer open.
        answer: The reason that was given, None while there is none or where it no longer opens.
        reviewer: Who answered.
    """

    row: Appeal
    statement: str | None
    answer: str | None
    reviewer: str | None


@dataclass(frozen=True, kw_only=True)
class AppealFile:
    """A gift's appeals, oldest first.

    Attributes:
        gift: The row, its donor's fields still sealed.
        appeals: Each with its words.
        decision: A person's decision on the gift, with its reason; None where the rules alone spoke, or
            where it no longer opens.
        decided_by: That person.
        judged_before: Whether whoever looks has judged this gift, and so may not answer.
    """

    gift: Gift
    appeals: Sequence[OpenedAppeal]
    decision: RecordedDecision | None
    decided_by: str | None
    judged_before: bool

    @property
    def erased(self) -> bool:
        """Whether the words were blanked with the donor's data."""
        return is_erased(self.gift)

    @property
    def latest(self) -> OpenedAppeal:
        """The last appeal."""
        return self.appeals[-1]

    @property
    def waits(self) -> bool:
        """Whether an answer is due: nobody gave one, and the gift was not taken meanwhile."""
        return self.latest.row.answered_at is None and self.gift.state not in TAKEN_STATES

    @property
    def still_held(self) -> bool:
        """Whether the answer decides the gift, since its hold stands."""
        return self.gift.state == GiftState.HELD.value and self.gift.instruction is None


def open_appeal(session: Session, public_id: str, look: Look, *, keyring: Keyring) -> AppealFile:
    """Journal the look, then open the appeals of a gift; nothing is shown before the caller has committed.

    Raises:
        NotFound: No such gift, or it was never contested.
    """
    gift = gift_by_public_id(session, public_id)
    record(session, actor=look.actor, event=LOOK, subject=f"gift:{gift.id}", now=look.now)
    rows = appeals_of(session, gift.id)
    if not rows:
        raise NotFound("Nobody has contested this gift.")
    decision = _decision(session, gift.id, keyring)
    judges = {str(row.reviewer_id) for row in rows if row.reviewer_id is not None}
    if decision is not None:
        judges.add(str(decision.reviewer_id))
    people = account_names(session, judges)
    return AppealFile(
        gift=gift,
        appeals=[_opened(row, people.get(str(row.reviewer_id)), keyring) for row in rows],
        decision=decision,
        decided_by=None if decision is None else people.get(str(decision.reviewer_id)),
        judged_before=has_judged(session, gift.id, uuid.UUID(look.actor.id)),
    )


def _opened(row: Appeal, reviewer: str | None, keyring: Keyring) -> OpenedAppeal:
    try:
        statement = keyring.decrypt(row.statement, statement_place(row.id))
        answer = None if row.reason is None else keyring.decrypt(row.reason, reason_place(row.id))
    except DamagedCiphertext:
        # As on a gift's case: who looks for tampering must see it, not an error page.
        return OpenedAppeal(row=row, statement=None, answer=None, reviewer=reviewer)
    return OpenedAppeal(row=row, statement=statement, answer=answer, reviewer=reviewer)


def _decision(session: Session, gift_id: uuid.UUID, keyring: Keyring) -> RecordedDecision | None:
    try:
        return decision_of(session, gift_id, keyring=keyring)
    except DamagedCiphertext:
        return None
