"""What the auditors do: decide held gifts and doubts, give money back by two people, answer a bank.

Each act is done once, as by a person who looks before doing it again: what a death left half done after its
row was written is the worker's to finish.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.audit.journal import Actor
from factually.donations.aftermath import RefundState
from factually.donations.context import DonationsContext
from factually.donations.disputes.answering import Answer, AnswerSender, answer_dispute
from factually.donations.disputes.models import Dispute
from factually.donations.journey import Journey
from factually.donations.models import Gift
from factually.donations.refunds.asking import RefundRequest, ask_for_refund, judge_refund
from factually.donations.refunds.models import Refund
from factually.donations.refunds.sending import RefundSender
from factually.donations.rescreening import DoubtRuling, settle_doubt
from factually.donations.reviewing import Ruling, review_gift
from factually.foundation.errors import Conflict
from factually.foundation.money import Money
from factually.independence.rescreening.models import Remedy
from factually.independence.results import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factually.jobs.context import WorkerContext
    from tests.faults.monthly_parts import MonthlyPart
    from tests.faults.parts import Part

_WHY_ACCEPTED: Final = "A choir that bears the name of a committee."
_WHY_DOUBTED: Final = "The organisation is the committee that has registered since."
_WHY_RETURNED: Final = "The donor wrote that the gift was a mistake."
_TO_THE_BANK: Final = "The donor gave on our website and confirmed that the money is theirs."


@dataclass(frozen=True)
class Auditors:
    """Two auditors, of whom the second approves what the first proposes."""

    context: WorkerContext
    accounts: Sequence[str]

    def review(self, part: Part) -> None:
        """Accept each held gift of a donor who is to be accepted."""
        for gift in self.gifts(part) if part.accepted else ():
            self._accept(gift)

    def _accept(self, gift: Gift) -> None:
        ruling = Ruling(verdict=Verdict.ACCEPT, reason=_WHY_ACCEPTED, reviewer_id=self._account(0))
        with suppress(Conflict):
            with self.context.database.transaction() as session:
                review_gift(
                    session,
                    gift.public_id,
                    ruling,
                    keyring=self.context.keyring,
                    now=self.context.clock.now(),
                )
            self._journey(0).settle(gift.id)

    def settle_doubt(self, part: MonthlyPart) -> None:
        """Give back the money of a donor who came into doubt, where a case is open."""
        gift = self.gift(part)
        if not part.doubted or gift is None:
            return
        ruling = DoubtRuling(
            remedy=Remedy.RETURN,
            reason=_WHY_DOUBTED,
            reviewer_id=self._account(0),
            second_from=self.context.resource(DonationsContext).second_person_from,
        )
        with suppress(Conflict), self.context.database.transaction() as session:
            settle_doubt(
                session,
                gift.public_id,
                ruling,
                keyring=self.context.keyring,
                now=self.context.clock.now(),
            )

    def give_back(self, part: Part) -> None:
        """Ask for a part's refund, and approve it where that takes a second person."""
        gift = self.gift(part)
        if not part.refund or gift is None:
            return
        if self._refund(part) is None:
            with suppress(Conflict):
                self._ask(part, gift)
        refund = self._refund(part)
        if refund is not None and refund.state == RefundState.PROPOSED.value:
            with self.context.database.transaction() as session:
                judge_refund(
                    session,
                    refund.id,
                    approve=True,
                    judged_by=self._account(1),
                    now=self.context.clock.now(),
                )
            RefundSender(journey=self._journey(1)).send(refund.id)

    def answer(self, part: Part) -> None:
        """Answer the bank that disputed a part's gift, once it is known here."""
        gift = self.gift(part)
        if not part.answered or gift is None:
            return
        with self.context.database.transaction() as session:
            query = select(Dispute.id).where(Dispute.gift_id == gift.id)
            dispute_id = session.execute(query).scalar_one_or_none()
        if dispute_id is None:
            return
        with suppress(Conflict):
            answer = Answer(text=_TO_THE_BANK, written_by=self._account(0))
            with self.context.database.transaction() as session:
                answer_id = answer_dispute(
                    session, dispute_id, answer, keyring=self.context.keyring, now=self.context.clock.now()
                )
            AnswerSender(journey=self._journey(0), keyring=self.context.keyring).send(answer_id)

    def gifts(self, part: Part) -> Sequence[Gift]:
        """Look a part's gifts up, of a monthly one those of all months, oldest first."""
        first = self.gift(part)
        if first is None or first.monthly_gift_id is None:
            return [] if first is None else [first]
        with self.context.database.transaction() as session:
            query = select(Gift).where(Gift.monthly_gift_id == first.monthly_gift_id)
            return session.scalars(query.order_by(Gift.created_at)).all()

    def gift(self, part: Part) -> Gift | None:
        """Look a part's gift up, as it is now; of a monthly one the first month's."""
        with self.context.database.transaction() as session:
            query = select(Gift).where(Gift.client_key == uuid.UUID(part.client_key))
            return session.execute(query).scalar_one_or_none()

    def _ask(self, part: Part, gift: Gift) -> None:
        donations = self.context.resource(DonationsContext)
        request = RefundRequest(
            key=uuid.UUID(part.client_key),
            amount=Money(part.refund, gift.currency),
            reason=_WHY_RETURNED,
            requested_by=self._account(0),
            second_from=donations.second_person_from,
        )
        with self.context.database.transaction() as session:
            refund_id = ask_for_refund(
                session, gift.id, request, keyring=self.context.keyring, now=self.context.clock.now()
            )
        RefundSender(journey=self._journey(0)).send(refund_id)

    def _refund(self, part: Part) -> Refund | None:
        with self.context.database.transaction() as session:
            query = select(Refund).where(Refund.request_key == uuid.UUID(part.client_key))
            return session.execute(query).scalar_one_or_none()

    def _account(self, number: int) -> uuid.UUID:
        return uuid.UUID(self.accounts[number])

    def _journey(self, number: int) -> Journey:
        donations = self.context.resource(DonationsContext)
        return Journey(
            database=self.context.database,
            gateway=donations.gateway,
            post=donations.post,
            clock=self.context.clock,
            actor=Actor("account", self.accounts[number]),
        )
