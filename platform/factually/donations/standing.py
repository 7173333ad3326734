"""Where a gift stands for its donor, in one value that page and script can both be built from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factually.donations.intents import IntentStatus
from factually.donations.lifecycle import GiftState

if TYPE_CHECKING:
    from factually.donations.intents import IntentSnapshot
    from factually.donations.models import Gift


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the donor's browser has to know.

    Attributes:
        gift: The gift as last committed; read only, its transaction is over.
        client_secret: Set when the bank wants the donor to confirm (3-D Secure); for the payment script.
        waiting: The answer is still on its way; ask again soon.
        decline_code: Why the last card did not pay, where that is known.
    """

    gift: Gift
    client_secret: str | None
    waiting: bool
    decline_code: str | None

    @property
    def state(self) -> GiftState:
        """The gift's state."""
        return GiftState(self.gift.state)

    @property
    def wants_card(self) -> bool:
        """Whether nothing happens until the donor enters a card, for the first time or again."""
        return (
            self.state in {GiftState.PLEDGED, GiftState.AUTHORISING}
            and not self.waiting
            and self.client_secret is None
        )


def standing_of(
    gift: Gift, snapshot: IntentSnapshot | None, *, busy: bool = False, decline_code: str | None = None
) -> Standing:
    """Read a gift and the last look at Stripe into where the donor stands.

    Args:
        gift: The gift as last committed.
        snapshot: The last look, or None where there is no intent or nobody looked.
        busy: Whether a card is being tried right now.
        decline_code: The answer to the card just tried.
    """
    status = None if snapshot is None else snapshot.status
    asks_donor = snapshot is not None and status is IntentStatus.REQUIRES_ACTION
    return Standing(
        gift=gift,
        client_secret=snapshot.client_secret if asks_donor and snapshot is not None else None,
        waiting=busy or status is IntentStatus.PROCESSING,
        decline_code=decline_code or (None if snapshot is None else snapshot.decline_code),
    )
