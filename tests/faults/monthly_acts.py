"""What donors of monthly gifts do later on, by the link of a letter, and what becomes of their cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import requests

from factually.donations.monthly.lifecycle import UNDER_WAY, MonthlyState
from factually.donations.monthly.links import manage_path
from factually.donations.monthly.models import MonthlyGift
from tests.faults.monthly_parts import MONTHLY
from tests.support.card_testing import card_entry
from tests.support.monthly_desk import FAILS_LATER

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.jobs.context import WorkerContext
    from tests.faults.auditing import Auditors
    from tests.faults.monthly_parts import MonthlyPart
    from tests.faults.outside import Outside

_JSON: Final = {"Accept": "application/json"}


@dataclass(frozen=True)
class MonthlyDonors:
    """Donors who come back; each act is sent until it is answered."""

    client: FlaskClient
    outside: Outside
    auditors: Auditors

    def empty_cards(self) -> None:
        """Let the cards of those who will enter another one find no money from now on."""
        for part in MONTHLY:
            monthly = self._monthly(part) if part.another_card is not None else None
            word = f"emptied {part.name}"
            if monthly is not None and not self.outside.remembers(word):
                self.outside.force(
                    f"payment_methods/{monthly.payment_method_id}/replace", {"card": FAILS_LATER}
                )
                self.outside.remember(word)

    def cancel(self) -> None:
        """Let those cancel who want to, once a month was taken."""
        for part in MONTHLY:
            monthly = self._monthly(part) if part.cancels else None
            word = f"cancelled {part.name}"
            if monthly is None or monthly.state not in UNDER_WAY or self.outside.remembers(word):
                continue
            answer = self.client.post(f"{self._path(monthly)}/cancel")
            if answer.status_code == requests.codes.see_other:
                self.outside.remember(word)

    def enter_other_cards(self) -> None:
        """Let those enter another card whose first one was declined."""
        for part in MONTHLY:
            monthly = self._monthly(part) if part.another_card is not None else None
            if monthly is not None and monthly.state == MonthlyState.PAST_DUE:
                self._enter(part, monthly)

    def _enter(self, part: MonthlyPart, monthly: MonthlyGift) -> None:
        for time in ("once", "again"):
            token = self.outside.entered_card(f"{part.name} {time}", part.another_card or "")
            answer = self.client.post(
                f"{self._path(monthly)}/card/confirm",
                data=card_entry(monthly.public_id, token),
                headers=_JSON,
            )
            if answer.status_code != requests.codes.unprocessable_entity:
                return

    def _path(self, monthly: MonthlyGift) -> str:
        context = self._context
        return manage_path(monthly, keyring=context.keyring, now=context.clock.now())

    def _monthly(self, part: MonthlyPart) -> MonthlyGift | None:
        gift = self.auditors.gift(part)
        if gift is None or gift.monthly_gift_id is None:
            return None
        with self._context.database.transaction() as session:
            return session.get_one(MonthlyGift, gift.monthly_gift_id)

    @property
    def _context(self) -> WorkerContext:
        return self.auditors.context
