"""Any interleaving of donors of monthly gifts with all that can happen at a site."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from factually.donations.lifecycle import GiftState
from tests.stateful.interleavings import form_of
from tests.stateful.monthly_acts import MonthlyActs, Wish
from tests.stateful.site import ANY, AT_THE_END, TROUBLE, Site
from tests.stateful.troubles import Trouble
from tests.support.donation_factories import SHARED_NAME, THREE_D_SECURE, VISA
from tests.support.monthly_desk import FAILS_LATER
from tests.support.register_changes import NEW_GROUP

if TYPE_CHECKING:
    from factually.donations.models import Gift
    from factually.donations.monthly.models import MonthlyGift

CARDS: Final = (VISA, VISA, VISA, VISA, FAILS_LATER, THREE_D_SECURE)
GROUPS: Final = (None, NEW_GROUP, NEW_GROUP, SHARED_NAME)
DAYS: Final = (4, 31, 31)
"""Days till a failed charge is tried again, and till the next month."""
_ENOUGH: Final = 2
_MORE: Final = (timedelta(days=31), timedelta(days=4))


class MonthlyGifts(Site):
    """One site and a donor or two who give monthly; at the end they cancel, and all of it is worked off."""

    def __init__(self) -> None:
        super().__init__()
        self.acts = MonthlyActs(self.desk)
        self.begun = 0

    @initialize(card=st.sampled_from(CARDS), group=st.sampled_from(GROUPS))
    def first_monthly_gift(self, card: str, group: str | None) -> None:
        """Begin with a monthly gift."""
        self.begin(card, group, Trouble.NONE)

    @precondition(lambda self: self.begun < _ENOUGH)
    @rule(card=st.sampled_from(CARDS), group=st.sampled_from(GROUPS), trouble=TROUBLE)
    def begin(self, card: str, group: str | None, trouble: Trouble) -> None:
        """Send the form with a card."""
        gift_id = self.desk.pledge(form_of(self.begun, group, monthly=True))
        self.begun += 1
        token = self.desk.outside.card_entry(card)
        with self.desk.trouble(trouble):
            self.desk.confirm(gift_id, token)

    @precondition(lambda self: self._without_card())
    @rule(which=ANY, card=st.sampled_from(CARDS), trouble=TROUBLE)
    def enter_first_card(self, which: int, card: str, trouble: Trouble) -> None:
        """Enter a card for a first month that has none yet."""
        gifts, token = self._without_card(), self.desk.outside.card_entry(card)
        with self.desk.trouble(trouble):
            self.desk.confirm(gifts[which % len(gifts)].id, token)

    @rule(passed=st.booleans())
    def answer_the_bank(self, *, passed: bool) -> None:
        """Confirm with the bank, or fail to."""
        self.acts.answer_banks(passed=passed)

    @rule(which=ANY, trouble=TROUBLE)
    def look(self, which: int, trouble: Trouble) -> None:
        """Look at the page of any month."""
        with self.desk.trouble(trouble):
            self.desk.look(self.seen.gifts[which % len(self.seen.gifts)].id)

    @rule(which=ANY, wish=st.sampled_from(Wish))
    def steer(self, which: int, wish: Wish) -> None:
        """Pause, resume, change the amount or cancel."""
        self.acts.steer(self._monthly(which), wish)

    @rule(which=ANY, card=st.sampled_from(CARDS), trouble=TROUBLE)
    def change_card(self, which: int, card: str, trouble: Trouble) -> None:
        """Enter another card."""
        token = self.desk.outside.card_entry(card)
        with self.desk.trouble(trouble):
            self.acts.enter_card(self._monthly(which), token)

    @rule(which=ANY)
    def look_at_card(self, which: int) -> None:
        """Look where a card stands that was entered."""
        self.acts.look_at_card(self._monthly(which))

    @rule(which=ANY, card=st.sampled_from((FAILS_LATER, VISA)))
    def replace_card(self, which: int, card: str) -> None:
        """Let the saved card find no money from now on, or find it again."""
        self.acts.replace_card(self._monthly(which), card)

    @rule(days=st.sampled_from(DAYS))
    def wait_for_days(self, days: int) -> None:
        """Let days pass, or a month."""
        self.pass_time(timedelta(days=days))

    def end(self) -> None:
        """Let a month begin, and a failed charge be tried again; then let all donors cancel."""
        for pause in _MORE:
            self.work_off()
            self.pass_time(pause)
        if not self.desk.newcomers:
            self.change_register()
        self.acts.answer_banks(passed=False)
        self.acts.send_cards_again()
        self.work_off()
        for monthly in self.seen.monthlies:
            self.acts.steer(monthly, Wish.CANCEL)
        self.work_off()
        self.pass_time(AT_THE_END)
        self.work_off()

    def _monthly(self, which: int) -> MonthlyGift:
        return self.seen.monthlies[which % len(self.seen.monthlies)]

    def _without_card(self) -> list[Gift]:
        return [gift for gift in self.seen.gifts if gift.state in {GiftState.PLEDGED, GiftState.AUTHORISING}]
