"""What a donor, a bank and a card network do with a monthly gift, without a browser."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.donations.monthly.cards import CardChange
from factually.donations.monthly.changing import cancel, change_amount, pause, resume
from factually.donations.monthly.models import CardEntry
from factually.donations.progress import Step
from factually.foundation.errors import DomainError
from factually.foundation.money import Money
from tests.support.donation_factories import DONOR, donor_post

if TYPE_CHECKING:
    from factually.donations.monthly.models import MonthlyGift
    from tests.stateful.desk import Desk

_AMOUNTS: Final = (500, 700)


class Wish(StrEnum):
    """What a donor can want of a monthly gift besides another card."""

    PAUSE = "pause"
    RESUME = "resume"
    OTHER_AMOUNT = "other amount"
    CANCEL = "cancel"


@dataclass(frozen=True)
class MonthlyActs:
    """Acts on monthly gifts at one desk; those that cannot be are refused, and change nothing."""

    desk: Desk

    def steer(self, monthly: MonthlyGift, wish: Wish) -> None:
        """Do what the donor wants, as the page does."""
        desk = self.desk
        post, step = donor_post(desk.keyring), Step(DONOR, desk.clock.now())
        with suppress(DomainError), desk.database.transaction() as session:
            if wish is Wish.PAUSE:
                pause(session, monthly.id, post=post, step=step)
            elif wish is Wish.RESUME:
                resume(session, monthly.id, post=post, step=step)
            elif wish is Wish.CANCEL:
                cancel(session, monthly.id, post=post, step=step)
            else:
                other = next(amount for amount in _AMOUNTS if amount != monthly.amount_minor)
                change_amount(session, monthly.id, Money(other, monthly.currency), post=post, step=step)

    def enter_card(self, monthly: MonthlyGift, token: str) -> None:
        """Send another card."""
        with suppress(DomainError):
            self._cards.confirm(monthly.id, token)

    def send_cards_again(self) -> None:
        """Send each card again that got no answer, as donors do whose page still waits."""
        with self.desk.database.transaction() as session:
            waiting = session.scalars(select(CardEntry).where(CardEntry.outcome.is_(None))).all()
        for entry in waiting:
            with suppress(DomainError):
                self._cards.confirm(entry.monthly_gift_id, entry.confirmation_token)

    def look_at_card(self, monthly: MonthlyGift) -> None:
        """Look again where the card stands that was entered last."""
        with suppress(DomainError):
            self._cards.look_again(monthly.id)

    def replace_card(self, monthly: MonthlyGift, card: str) -> None:
        """Let the network put another account behind the saved card."""
        if monthly.payment_method_id is not None:
            self.desk.force_if_possible(
                f"payment_methods/{monthly.payment_method_id}/replace", {"card": card}
            )

    def answer_banks(self, *, passed: bool) -> None:
        """Answer every question of a bank that is open, about a card or a payment."""
        for kind in ("setup_intents", "payment_intents"):
            for intent in self.desk.outside.all_of(kind):
                if intent["status"] == "requires_action":
                    self.desk.outside.authenticate(intent["client_secret"], passed=passed)

    @property
    def _cards(self) -> CardChange:
        return CardChange(journey=self.desk.journey(DONOR))
