"""Any interleaving of donors of single gifts with all that can happen at a site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, precondition, rule

from factually.donations.pledges import Donor
from factually.independence.subjects import Capacity
from tests.stateful.site import ANY, TROUBLE, Site
from tests.stateful.troubles import Trouble
from tests.support.donation_factories import DECLINED, SHARED_NAME, THREE_D_SECURE, VISA, pledge_of
from tests.support.register_changes import NEW_GROUP

if TYPE_CHECKING:
    import uuid

    from factually.donations.pledges import Pledge


CARDS: Final = (VISA, VISA, DECLINED, THREE_D_SECURE, "pm_card_refundFail", "pm_card_createIssuerFraudRecord")
GROUPS: Final = (None, None, SHARED_NAME, NEW_GROUP, "a party")
"""Who gives: a reader, a group whose name is in a register, one that will be, one that says so itself."""
_ENOUGH_GIFTS: Final = 4


class SingleGifts(Site):
    """One site and a few donors, each with a gift; at the end all of it is worked off."""

    gifts = Bundle("gifts")

    def __init__(self) -> None:
        super().__init__()
        self.tokens: dict[uuid.UUID, list[str]] = {}

    @initialize(target=gifts, card=st.sampled_from(CARDS), group=st.sampled_from(GROUPS))
    def first_gift(self, card: str, group: str | None) -> uuid.UUID:
        """Begin with a gift on its way: an empty site has little to break."""
        return self.give(group, card)

    @precondition(lambda self: len(self.tokens) < _ENOUGH_GIFTS)
    @rule(target=gifts, group=st.sampled_from(GROUPS))
    def pledge(self, group: str | None) -> uuid.UUID:
        """Send the form."""
        return self.send_form(group)

    @rule(gift_id=gifts, card=st.sampled_from(CARDS), trouble=TROUBLE)
    def enter_card(self, gift_id: uuid.UUID, card: str, trouble: Trouble) -> None:
        """Enter a card, the first one or another."""
        self.tokens[gift_id].append(self.desk.outside.card_entry(card))
        with self.desk.trouble(trouble):
            self.desk.confirm(gift_id, self.tokens[gift_id][-1])

    @rule(gift_id=gifts, which=ANY)
    def click_again(self, gift_id: uuid.UUID, which: int) -> None:
        """Send a card a second time."""
        if tokens := self.tokens[gift_id]:
            self.desk.confirm(gift_id, tokens[which % len(tokens)])

    @precondition(lambda self: self.seen.asked_by_bank())
    @rule(gift_id=gifts, passed=st.booleans())
    def answer_the_bank(self, gift_id: uuid.UUID, *, passed: bool) -> None:
        """Confirm with the bank, or fail to."""
        self.desk.authenticate(gift_id, passed=passed)

    @rule(gift_id=gifts, trouble=TROUBLE)
    def look(self, gift_id: uuid.UUID, trouble: Trouble) -> None:
        """Look at the gift's page."""
        with self.desk.trouble(trouble):
            self.desk.look(gift_id)

    def send_form(self, group: str | None) -> uuid.UUID:
        """Send the form of a donor of their own."""
        gift_id = self.desk.pledge(form_of(len(self.tokens), group))
        self.tokens[gift_id] = []
        return gift_id

    def give(self, group: str | None, card: str) -> uuid.UUID:
        """Send a form and a card."""
        gift_id = self.send_form(group)
        self.enter_card(gift_id, card, Trouble.NONE)
        return gift_id


def form_of(number: int, group: str | None, *, monthly: bool = False) -> Pledge:
    """A form that a donor of their own sends, in the name of a group if there is one."""
    capacity = Capacity.OWN_MONEY if group is None else Capacity.ORGANISATION
    donor = Donor(name="Ada Reader", email=f"ada-{number}@example.org", organisation=group)
    return pledge_of(donor=donor, capacity=capacity, political_group=group == "a party", monthly=monthly)
